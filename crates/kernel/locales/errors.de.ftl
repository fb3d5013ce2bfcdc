# Was Menschen lesen, wenn etwas nicht geht. Sagt, was zu tun ist, nicht was kaputt ist.
bad-input = Bitte prüfen Sie Ihre Angaben.
not-found = Das haben wir hier nicht gefunden.
unauthenticated = Bitte melden Sie sich neu an.
forbidden = Das ist hier nicht erlaubt. Bitte öffnen Sie die Seite neu und versuchen Sie es noch einmal.
slot-taken = Diese Uhrzeit hat gerade jemand anderes gebucht. Bitte wählen Sie eine andere Uhrzeit.
reservation-expired = Die Zeit für Ihre Reservierung ist abgelaufen. Bitte wählen Sie noch einmal eine Uhrzeit.
limit-reached = Hier ist die höchste erlaubte Anzahl erreicht.
rate-limited = Von Ihrem Anschluss kamen gerade sehr viele Anfragen. Bitte warten Sie { $seconds } Sekunden und versuchen Sie es dann noch einmal.
conflict = Das passt nicht zum aktuellen Stand. Bitte laden Sie die Seite neu.
busy = Gerade wollen sehr viele Menschen einen Termin. Bitte versuchen Sie es in einem Moment noch einmal.
unavailable = Der Dienst ist kurz nicht erreichbar. Bitte versuchen Sie es in einigen Minuten noch einmal.
internal = Das hat leider nicht geklappt. Der Fehler liegt bei uns. Bitte versuchen Sie es später noch einmal.

extended-already = Sie haben die Reservierung schon einmal verlängert. Bitte buchen Sie jetzt, oder wählen Sie die Uhrzeit danach neu.
holds-many = Sie halten schon drei Uhrzeiten frei. Bitte buchen Sie zuerst eine davon, oder warten Sie, bis eine Reservierung abläuft.
too-many-appointments = Sie haben schon { $limit } Termine. Bitte sagen Sie zuerst einen davon ab.
key-reused = Dieser Schlüssel wurde schon für eine andere Anfrage benutzt. Bitte nehmen Sie für jede Anfrage einen neuen.
already-cancelled = Dieser Termin ist schon abgesagt.
already-over = Dieser Termin ist schon vorbei.
already-booked = Diese Reservierung wurde schon mit anderen Angaben gebucht.

items-empty = Bitte wählen Sie mindestens ein Anliegen.
items-many = Bitte wählen Sie höchstens { $limit } Anliegen auf einmal.
quantity-range = Bitte wählen Sie eine Anzahl zwischen 1 und { $limit }.
item-twice = Jedes Anliegen darf nur einmal vorkommen. Wählen Sie stattdessen die Anzahl der Personen.
services-not-together = Diese Anliegen kann kein Schalter zusammen bearbeiten. Bitte buchen Sie sie einzeln.
service-not-here = Dieses Anliegen wird an diesem Standort nicht bearbeitet.
range-order = Das Ende des Zeitraums liegt vor dem Anfang.
range-long = Bitte fragen Sie höchstens { $limit } Tage auf einmal ab.
start-past = Diese Uhrzeit ist schon vorbei oder kurzfristig nicht mehr online buchbar. Bitte wählen Sie eine spätere.
start-far = Diese Uhrzeit ist noch nicht freigegeben. Bitte wählen Sie eine frühere.
start-raster = Zu dieser Uhrzeit beginnt kein Termin. Bitte wählen Sie eine der angebotenen Uhrzeiten.
key-length = Der Schlüssel muss 1 bis { $limit } Zeichen lang sein.
search-empty = Geben Sie ein, wonach Sie suchen.
search-length = Bitte geben Sie höchstens { $limit } Zeichen ein.

first-name-missing = Geben Sie Ihren Vornamen ein.
last-name-missing = Geben Sie Ihren Nachnamen ein.
email-missing = Geben Sie Ihre E-Mail-Adresse ein.
email-wrong = Geben Sie eine vollständige E-Mail-Adresse ein, zum Beispiel name@beispiel.de.
phone-missing = Geben Sie Ihre Mobilnummer ein.
phone-wrong = Geben Sie eine vollständige Telefonnummer ein, zum Beispiel 0151 23456789.
street-missing = Geben Sie Straße und Hausnummer ein.
postal-code-missing = Geben Sie Ihre Postleitzahl ein.
postal-code-wrong = Geben Sie eine Postleitzahl mit 5 Ziffern ein, zum Beispiel 45721.
city-missing = Geben Sie Ihren Ort ein.
birth-date-missing = Geben Sie Ihr Geburtsdatum ein.
birth-date-wrong = Geben Sie ein Geburtsdatum in der Vergangenheit ein, zum Beispiel 31.12.1970.
text-long = Kürzen Sie diese Angabe auf höchstens { $limit } Zeichen.
text-signs = Diese Angabe enthält Zeichen, die wir nicht verarbeiten können. Bitte verwenden Sie Buchstaben, Ziffern und übliche Satzzeichen.

import-no-file = Wählen Sie eine Datei aus.
import-broken = Die Datei kam nicht vollständig an. Bitte wählen Sie sie noch einmal aus.
import-base64 = Die Datei muss als Base64 gesendet werden.
import-large = Die Datei ist zu groß. Erlaubt sind { $limit } Kilobyte. Bitte teilen Sie sie auf.
import-many = Die Datei hat zu viele Einträge. Erlaubt sind { $limit }. Bitte teilen Sie sie auf.
import-empty = Die Datei ist leer.
import-no-text = Das ist keine Textdatei. Speichern Sie eine Tabelle als CSV, einen Kalender als .ics.
import-table = Die Tabelle lässt sich nicht lesen. Speichern Sie sie noch einmal als CSV.
import-columns = In der ersten Zeile fehlen Namen der Spalten. Es braucht mindestens „Datum“ oder „Beginn“.
import-column-twice = Zwei Spalten bedeuten dasselbe. Benennen Sie eine davon um.
import-calendar = Der Kalender lässt sich nicht lesen. Speichern Sie ihn noch einmal als .ics.
import-date = Das Datum fehlt oder ist nicht lesbar. Schreiben Sie es zum Beispiel so: 08.12.2026.
import-time = Die Uhrzeit fehlt oder ist nicht lesbar. Schreiben Sie sie zum Beispiel so: 09:15.
import-order = Das Ende liegt vor dem Beginn.
import-minutes = Die Dauer muss eine Zahl von 1 bis 1440 Minuten sein.
import-no-end = Das Ende fehlt.
import-persons = Die Anzahl der Personen ist keine Zahl.
import-birth-date = Das Geburtsdatum ist nicht lesbar. Schreiben Sie es zum Beispiel so: 31.12.1970.
import-zone = Diese Zeitzone kennen wir nicht.
import-series = Diese Wiederholung können wir nicht lesen. Tragen Sie die Tage einzeln ein.
import-series-range = Diese Änderung gilt für alle späteren Tage einer Serie. Tragen Sie die Tage einzeln ein.
import-series-many = Die Datei hat zu viele Serien. Erlaubt sind { $limit }.
import-twice = Diesen Eintrag gibt es in der Datei zweimal.
import-whole-day = Ein Termin braucht eine Uhrzeit.
import-service = Dieses Anliegen gibt es hier nicht. Nehmen Sie den Namen oder das Kürzel aus der Liste der Anliegen.
import-location = Diesen Standort gibt es hier nicht, oder Sie dürfen dort nichts eintragen.
import-counter = Diesen Schalter gibt es an diesem Standort nicht, oder er bearbeitet dieses Anliegen nicht.
import-language = Diese Sprache wird nicht angeboten.
import-past = Dieser Eintrag ist schon vorbei.
import-far = Dieser Tag liegt weiter in der Zukunft, als der Kalender reicht.
import-grid = Termine beginnen alle fünf Minuten und liegen an einem Tag.
import-closed = Zu dieser Zeit ist hier nicht geöffnet.
import-taken = Zu dieser Zeit ist kein passender Schalter mehr frei.
import-is-draft = Diese Übernahme ist ein Entwurf im Kalender. Nehmen Sie ihn dort zurück.
import-undone = Diese Übernahme ist schon zurückgenommen.

body-large = Die Anfrage ist zu groß. Erlaubt sind { $limit } Kilobyte.
json-wrong = Die Anfrage ist kein vollständiges JSON.
media-type = Bitte senden Sie die Anfrage als application/json.
query-wrong = Diese Anfrage passt nicht zum Schema.
query-large = Diese Anfrage ist zu umfangreich. Bitte teilen Sie sie auf.
method-wrong = Diese Adresse nimmt nur POST-Anfragen an.

key-name-missing = Geben Sie dem Zugangsschlüssel einen Namen, zum Beispiel „Kalenderpflege“.
key-scopes-missing = Wählen Sie mindestens ein Recht für den Zugangsschlüssel.
key-days-range = Ein Zugangsschlüssel gilt 1 bis { $limit } Tage.

calendar-changed = Der Kalender wurde inzwischen geändert. Bitte prüfen Sie Ihren Entwurf auf dem neuen Stand.
calendar-changed-since = An denselben Zeiten wurde danach noch etwas geändert. Bitte machen Sie zuerst die spätere Änderung rückgängig.
change-not-draft = Diese Änderung ist schon veröffentlicht.
change-not-published = Diese Änderung ist nicht veröffentlicht, oder sie ist schon rückgängig gemacht.
change-empty = Dieser Entwurf ändert nichts. Bitte tragen Sie mindestens eine Änderung ein.
change-large = Ein Entwurf hat höchstens { $limit } Änderungen.
change-title = Geben Sie der Änderung einen Namen mit 1 bis { $limit } Zeichen.
decisions-missing = { $count ->
    [one] Für { $count } Termin ist noch nicht entschieden, was geschehen soll. Bitte prüfen Sie die Liste.
   *[other] Für { $count } Termine ist noch nicht entschieden, was geschehen soll. Bitte prüfen Sie die Liste.
}
no-suggestion = { $count ->
    [one] Für { $count } Termin gibt es in den nächsten 14 Tagen keine freie Zeit. Bitte entscheiden Sie hier anders.
   *[other] Für { $count } Termine gibt es in den nächsten 14 Tagen keine freie Zeit. Bitte entscheiden Sie hier anders.
}
decision-place = Für einen neuen Termin braucht es Ort und Uhrzeit.
too-many-hit = Das beträfe mehr als { $limit } Termine auf einmal. Bitte teilen Sie die Änderung auf.
note-long = Kürzen Sie die Nachricht auf höchstens { $limit } Zeichen.
note-signs = Die Nachricht enthält Zeichen, die wir nicht verschicken können.
hours-grid = Geben Sie Uhrzeiten in Schritten von 5 Minuten an, zum Beispiel 08:15.
hours-order = Das Ende der Öffnungszeit liegt nach dem Anfang.
hours-breaks = Pausen liegen innerhalb der Öffnungszeit.
hours-channels = Wählen Sie mindestens einen Weg: online, Telefon oder ohne Termin.
hours-weekday = Wählen Sie einen Wochentag.
rhythm-weeks = Der Abstand beträgt 1 bis 52 Wochen.
rhythm-anchor = Geben Sie einen Tag in einer Woche an, in der die Zeit gilt. Von dort wird gezählt.
rhythm-month = Wählen Sie die erste bis fünfte oder die letzte Woche des Monats.
validity-order = Das Ende der Gültigkeit liegt nicht vor ihrem Anfang.
closure-order = Der letzte Schließtag liegt nicht vor dem ersten.
closure-reason = Nennen Sie den Grund auf Deutsch, mit höchstens { $limit } Zeichen.
note-german = Schreiben Sie die Nachricht auch auf Deutsch.
first-range = Bitte fragen Sie 1 bis { $limit } Einträge auf einmal ab.
closure-days = Geben Sie den ersten Tag an, und den letzten, wenn es mehrere sind.

# Konten und Anmeldung
sign-in-wrong = E-Mail-Adresse und Passwort passen nicht zusammen. Prüfen Sie beides, oder lassen Sie sich einen Code per E-Mail schicken.
sign-in-down = Die Anmeldung ist gerade nicht möglich. Bitte versuchen Sie es in einigen Minuten noch einmal. Einen Termin können Sie trotzdem buchen.
account-code-unknown = Dieser Code gilt nicht. Vielleicht wurde er schon benutzt, oder er ist abgelaufen. Sie können sich einen neuen schicken lassen.
account-taken = Zu dieser E-Mail-Adresse gibt es schon ein Konto.
password-short = Das Passwort braucht mindestens { $limit } Zeichen. Gut sind mehrere Wörter hintereinander.
password-long = Das Passwort hat höchstens { $limit } Zeichen.
password-guessed = Dieses Passwort ist zu leicht zu erraten. Nehmen Sie zum Beispiel vier Wörter, die nichts miteinander zu tun haben.
sign-in-again = Das können Sie nur kurz nach dem Anmelden ändern. Geben Sie Ihr Passwort ein, oder melden Sie sich noch einmal an.
email-same = Das ist schon die Adresse Ihres Kontos.
password-wrong = Das Passwort stimmt nicht.
already-claimed = Dieser Termin gehört schon zu einem anderen Konto.
accounts-need-mail = Konten gibt es hier zurzeit nicht, weil keine E-Mails verschickt werden. Einen Termin können Sie trotzdem buchen.
address-reason-missing = Nennen Sie den Grund, aus dem Sie die IP-Adresse sehen müssen. Er wird vermerkt.
passkey-unknown = Dieser Passkey passt nicht. Versuchen Sie es mit einem anderen, oder melden Sie sich auf einem anderen Weg an.
passkey-late = Das hat zu lange gedauert. Bitte beginnen Sie noch einmal.
passkey-not-made = Dieser Passkey kann hier nicht benutzt werden. Versuchen Sie es mit einem anderen Gerät oder einem anderen Browser.
passkey-known = Diesen Passkey gibt es hier schon.
passkey-many = Sie haben schon so viele Passkeys, wie möglich sind. Löschen Sie einen, den Sie nicht mehr brauchen.
passkey-last = Ohne diesen Passkey können Sie sich nicht mehr anmelden. Richten Sie zuerst einen anderen Passkey oder ein Passwort mit Authentifizierungs-App ein.
passkey-not-here = Beschäftigte melden sich hier mit der Anmeldung der Kommune an. Dafür brauchen Sie keinen Passkey.
passkey-name-missing = Geben Sie dem Passkey einen Namen, zum Beispiel den des Geräts.
sign-in-old = Ihre Anmeldung ist schon länger her. Bitte melden Sie sich zur Sicherheit noch einmal an.

# Beschäftigte des Amts
roles-missing = Wählen Sie mindestens eine Rolle.
role-everywhere = Diese Rolle gilt immer für die ganze Kommune. Einzelne Standorte gibt es nur für Sachbearbeitung und Leitung.
role-place-unknown = Diesen Standort gibt es nicht.
last-administrator = Eine Person muss den Dienst weiter verwalten können. Geben Sie zuerst jemand anderem diese Rolle, und warten Sie, bis sie oder er sich angemeldet hat.
person-not-waiting = Diese Person hat ihren Zugang schon eingerichtet. Wenn sie nicht mehr hineinkommt, setzen Sie den Zugang zurück.
person-by-provider = Beschäftigte melden sich hier mit der Anmeldung der Kommune an. Dort bekommen sie ihren Zugang und Hilfe, wenn sie nicht mehr hineinkommen.
person-locked = Dieser Zugang ist gesperrt. Entsperren Sie ihn zuerst.
totp-wrong = Dieser Code passt nicht. Nehmen Sie den, den die App gerade anzeigt, und prüfen Sie, ob die Uhr Ihres Telefons richtig geht.
role-realm = Diese Rolle gibt es hier nicht.

request-appointment-unknown = Zu dieser Vorgangsnummer gibt es keinen Termin. Prüfen Sie sie, oder lassen Sie das Feld leer.
request-received = Geben Sie den Tag an, an dem der Antrag ankam: heute oder früher, höchstens vor einem Jahr.
request-reason = Geben Sie einen Grund mit 10 bis { $limit } Zeichen an.
request-too-late = Verlängern geht nur einmal und nur im ersten Monat nach dem Eingang.
request-answered = Dieser Antrag ist schon beantwortet.
# Datenschutz: Zugriff des Betreibers, Vorfälle
recipients-draft = Die Kommune ist noch nicht online: Ihre Empfänger stehen in ihrer Datei.
recipients-text = Füllen Sie das Feld aus, ohne Zeilenumbrüche und nicht zu lang.
recipients-too-soon = Der Tag liegt zu früh. Zwischen der Ankündigung und dem Tag muss die vereinbarte Frist liegen.
recipients-contract = Der Vertrag muss spätestens an diesem Tag gelten.
recipients-in-force = Dieser Empfänger erhält schon Daten.
recipients-unknown = Diesen Empfänger gibt es nicht.
recipients-needed = Ohne diesen Empfänger geht es nicht. Schalten Sie zuerst den Weg ab, den er bedient, oder kündigen Sie vorher einen anderen an.
recipients-announced = Für diesen Empfänger ist schon eine Änderung angekündigt.
recipients-reason = Nennen Sie den Grund in 5 bis 500 Zeichen.
recipients-too-late = Diese Änderung gilt schon oder ist zurückgenommen.
support-hours = Geben Sie 1 bis 72 Stunden an.
support-reason = Nennen Sie den Grund in 5 bis 200 Zeichen. Er wird vermerkt.
incident-title = Geben Sie eine kurze Bezeichnung an, mindestens 3 Zeichen.
incident-long = Kürzen Sie diesen Text bitte.
incident-future = Dieser Zeitpunkt liegt in der Zukunft. Geben Sie an, wann der Vorfall bemerkt wurde.
incident-order = Dieser Zeitpunkt kann nicht stimmen. Er liegt zwischen dem Bemerken des Vorfalls und jetzt.
incident-time = Geben Sie Datum und Uhrzeit an, zum Beispiel 08.12.2026, 9:15 Uhr.
incident-people = Geben Sie die Anzahl der Personen als Zahl an, oder lassen Sie das Feld leer.

# Betrieb der Plattform
tenant-suspended = Der Terminservice ist zurzeit geschlossen. Termine, die Sie gebucht haben, gelten weiter. Bitte rufen Sie bei Fragen an.
tenant-suspend-reason = Nennen Sie den Grund mit 5 bis 200 Zeichen. Er steht danach im Protokoll.
tenant-not-active = Aussetzen lässt sich nur eine Kommune, die in Betrieb ist.
tenant-not-suspended = Diese Kommune ist nicht ausgesetzt.
tenant-incomplete = Diese Kommune ist nicht vollständig eingerichtet. Wenden Sie zuerst ihre Datei an.
tenant-slug = Verwenden Sie für den Kurznamen Kleinbuchstaben, Ziffern und Bindestriche, zum Beispiel haltern.
tenant-slug-taken = Diesen Kurznamen hat schon eine andere Kommune. Bitte wählen Sie einen anderen.
tenant-website = Geben Sie die Adresse der Website mit https:// an.
tenant-missing = Bitte füllen Sie dieses Feld aus.
tenant-no-operator = Richten Sie zuerst den Bereich des Betreibers ein: Er steht als Empfänger in jeder Datenschutzerklärung.
tenant-gaps = Die Datenschutzerklärung dieser Kommune kann noch nicht alles sagen. Ergänzen Sie zuerst ihre Datei.
tenant-which = Nennen Sie entweder die Kennung oder den Kurznamen.
domain-wrong = Geben Sie eine Domain an, zum Beispiel termine.stadt.de. Umlaute schreiben Sie als xn--.
domain-ours = Diese Domain gehört zur Plattform. Geben Sie eine eigene Domain der Kommune an.
domain-taken = Diese Domain ist schon eingetragen.
domain-many = Mehr als 20 Domains kann eine Kommune nicht haben. Entfernen Sie zuerst eine.
domain-platform = Der Bereich des Betreibers hat keine eigene Domain.
domain-old = Diese Domain ist älter als der Nachweis und braucht keinen.
domain-silent = Die Namensserver antworten gerade nicht. Bitte versuchen Sie es in einigen Minuten noch einmal.
quota-people = Sie haben { $limit } Beschäftigte, mehr sind nicht vereinbart. Entfernen Sie zuerst einen Zugang, oder sprechen Sie mit dem Betreiber.
quota-access-keys = Sie haben { $limit } gültige Zugangsschlüssel, mehr sind nicht vereinbart. Ziehen Sie zuerst einen zurück, oder sprechen Sie mit dem Betreiber.
quota-requests = Sehr viele Menschen rufen diese Seiten gerade auf. Bitte versuchen Sie es in einer Minute noch einmal.
quota-range = Geben Sie eine Zahl von 1 bis 1000000 ein, oder lassen Sie das Feld leer.
