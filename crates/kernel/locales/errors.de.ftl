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

body-large = Die Anfrage ist zu groß. Erlaubt sind { $limit } Kilobyte.
json-wrong = Die Anfrage ist kein vollständiges JSON.
media-type = Bitte senden Sie die Anfrage als application/json.
query-wrong = Diese Anfrage passt nicht zum Schema.
query-large = Diese Anfrage ist zu umfangreich. Bitte teilen Sie sie auf.
method-wrong = Diese Adresse nimmt nur POST-Anfragen an.

key-name-missing = Geben Sie dem Zugangsschlüssel einen Namen, zum Beispiel „Kalenderpflege“.
key-scopes-missing = Wählen Sie mindestens ein Recht für den Zugangsschlüssel.
key-days-range = Ein Zugangsschlüssel gilt 1 bis { $limit } Tage.
