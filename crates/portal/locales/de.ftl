# Was auf den Seiten steht. Einfache Sprache (B1), „Sie“, sagt, was zu tun ist.
service-name = Termine online buchen
title-error = Fehler:
skip = Zum Inhalt springen
language = Sprache
footer = Rechtliches
footer-manage = Termin ändern oder absagen
footer-imprint = Impressum
footer-privacy = Datenschutzhinweise
footer-accessibility = Barrierefreiheit
new-tab = (öffnet einen neuen Tab)
phone-help = Lieber persönlich? Rufen Sie uns an:

step = Schritt { $step } von 4
step-1 = Anliegen wählen
step-2 = Termin wählen
step-3 = Ihre Angaben
step-4 = Prüfen und buchen

# Schritt 1
start-title = Was möchten Sie erledigen?
start-lead = Wählen Sie ein Anliegen oder mehrere. Danach zeigen wir Ihnen freie Termine.
start-error-help = Zu den Anliegen
start-next = Weiter zu den freien Terminen
search-label = Anliegen suchen
search-hint = Schreiben Sie, worum es geht, zum Beispiel „Ausweis verloren“ oder „Umzug“.
search = Suchen
search-found = { $number ->
    [one] Ein Anliegen gefunden
   *[other] { $number } Anliegen gefunden
}
search-all = Alle Anliegen zeigen
search-nothing-title = Zu „{ $words }“ haben wir nichts gefunden
search-nothing = Versuchen Sie es mit einem anderen Wort.
services-title = Unsere Anliegen
bring-title = Bitte mitbringen
bring-nothing = Sie müssen nichts mitbringen.
fee = Gebühr
fee-none = keine
minutes = etwa { $minutes } Minuten
notice-hours = { $number ->
    [one] Bitte mindestens eine Stunde vorher buchen
   *[other] Bitte mindestens { $number } Stunden vorher buchen
}
notice-days = { $number ->
    [one] Bitte mindestens einen Tag vorher buchen
   *[other] Bitte mindestens { $number } Tage vorher buchen
}
persons-label = Für wie viele Personen?
persons = { $number ->
    [one] 1 Person
   *[other] { $number } Personen
}
for-persons = { $number ->
    [one] für 1 Person
   *[other] für { $number } Personen
}

# Schritt 2
times-title = Wann und wo?
times-back = Anliegen ändern
times-tap = Wählen Sie eine Uhrzeit. Wir halten sie für Sie frei, während Sie Ihre Angaben machen.
times-morning = Vormittag
times-afternoon = Nachmittag
times-free = { $number ->
    [one] eine freie Uhrzeit
   *[other] { $number } freie Uhrzeiten
}
time-at-place = { $clock } Uhr, { $place }
next-title = Nächster freier Termin
next-take = Diesen Termin nehmen
next-move = Auf diesen Termin verschieben
places-title = Standort
place-all = Alle Standorte
place-next = Nächster freier Termin: { $when }
place-none = Zurzeit kein freier Termin
day-title = Uhrzeit am { $date }
day-empty-title = Keine freie Uhrzeit am { $date }
day-free = frei
day-full = ausgebucht
day-closed = geschlossen
day-not-released = noch nicht freigegeben
day-too-short = Lücken zu kurz für Ihr Anliegen
day-past = vorbei
day-too-soon = online nicht mehr buchbar
day-closure = geschlossen: { $reason }
day-holiday = Feiertag: { $name }
day-other-channels = keine Termine über das Internet
day-released-at = wird am { $when } freigegeben
day-contingent = online ausgebucht
day-full-long = An diesem Tag sind alle Uhrzeiten vergeben. Manchmal sagt jemand ab: Dann sehen Sie die Uhrzeit hier wieder.
day-closed-long = An diesem { $weekday } ist für Ihr Anliegen geschlossen.
day-too-short-long = An diesem Tag gibt es nur noch kurze Lücken, höchstens { $longest } Minuten. Ihr Besuch dauert etwa { $minutes } Minuten.
day-past-long = Für diesen Tag können Sie online keinen Termin mehr buchen.
day-not-released-long = Dieser Tag ist noch nicht freigegeben. Wir geben ihn am { $date } frei{ $in }.
day-too-soon-long = Diesen Tag konnte man bis { $until } online buchen. Wenn es eilt, rufen Sie uns bitte an.
day-remainder-long = Was heute noch frei ist, geben wir um { $time } frei{ $in }.
day-closure-long = An diesem Tag ist geschlossen. Der Grund: { $reason }
day-holiday-long = { $name }: An diesem Tag ist geschlossen.
day-other-channels-long = Für diesen Tag gibt es keine Termine über das Internet.
day-contingent-long = Alle Uhrzeiten, die man jetzt online buchen kann, sind vergeben. Weitere geben wir am { $when } frei{ $in }.
day-contingent-only = Alle Uhrzeiten, die man online buchen kann, sind vergeben. Rufen Sie uns bitte an.
month-empty-title = Keine freien Termine im { $month }
month-empty = Im { $month } ist alles vergeben oder geschlossen. Weiter hinten gibt es freie Termine:
all-empty = Zurzeit sind alle freigegebenen Termine vergeben. Jeden Tag kommt ein neuer Tag dazu, und abgesagte Termine werden sofort wieder frei. Schauen Sie bald wieder vorbei.
all-empty-plan = Zurzeit sind alle freigegebenen Termine vergeben. Abgesagte Termine werden wieder frei. Schauen Sie bald wieder vorbei.
other-later = Nächster freier Termin: { $when }, { $place }
other-elsewhere = An einem anderen Standort: { $when }, { $place }
other-release = Neue Termine ab { $when }{ $in }
other-phone = Rufen Sie uns an: { $number }
other-phone-times = Am Telefon sind für diesen Tag noch Termine frei: { $number }
other-walk-in = Ohne Termin: { $from } bis { $to }, { $place }
other-places = An allen Standorten suchen
days-from-to = { $from } bis { $to }
calendar-caption = Freie Tage im { $month }
calendar-legend = Unterlegt und unterstrichen: Tage mit freien Uhrzeiten
calendar-until = Sie können Termine bis zum { $date } buchen. Jeden Tag kommt ein neuer Tag dazu.
calendar-until-plan = Sie können Termine bis zum { $date } buchen.
calendar-why = Warum sind Tage ohne freie Uhrzeit?
release-title = Neue Termine
release-next = Am { $when } geben wir Termine für diese Tage frei: { $days }.
release-today-title = Termine für heute
release-today = Was am selben Tag noch frei ist, geben wir jeden Tag um { $time } frei.
count-day-one = 1 Tag
count-day-many = % Tagen
count-hour-one = 1 Stunde
count-hour-many = % Stunden
count-minute-one = 1 Minute
count-minute-many = % Minuten
count-and = und
count-in = in %
count-now = jetzt
taken-title = Bitte wählen Sie eine andere Uhrzeit
taken-neighbours = Diese Uhrzeiten in der Nähe sind noch frei:

# Schritt 3
details-title = Ihre Angaben
details-for = Ihr Termin:
details-some-voluntary = Wir brauchen diese Angaben für Ihren Termin. Was freiwillig ist, steht dabei.
details-all-required = Wir brauchen alle diese Angaben für Ihren Termin.
details-person = Wer kommt?
details-address = Anschrift
details-privacy = Was wir mit Ihren Angaben machen, lesen Sie hier:
details-next = Weiter zur Prüfung
voluntary = freiwillig
other-time = Andere Uhrzeit wählen
errors-title = Bitte prüfen Sie Ihre Angaben
field-first-name = Vorname
field-last-name = Nachname
field-email = E-Mail-Adresse
field-email-hint = Dorthin schicken wir die Bestätigung.
field-phone = Mobilnummer
field-phone-hint = Zum Beispiel 0151 23456789. Wir rufen nur an, wenn sich etwas ändert.
field-street = Straße und Hausnummer
field-postal-code = Postleitzahl
field-city = Ort
field-birth-date = Geburtsdatum
field-birth-date-hint = Zum Beispiel 31 12 1970
field-birth-day = Tag
field-birth-month = Monat
field-birth-year = Jahr
hold-until = Wir halten diesen Termin bis { $time } für Sie frei.
hold-one = Noch % Minute.
hold-many = Noch % Minuten.
hold-extend = Um { $minutes } Minuten verlängern
hold-over-title = Die Uhrzeit ist nicht mehr für Sie reserviert
hold-over = Ihre Angaben sind noch da. Wählen Sie die Uhrzeit noch einmal, wenn sie noch frei ist, oder eine andere.

# Schritt 4
review-title = Prüfen und buchen
review-lead = Stimmt alles? Dann buchen Sie Ihren Termin.
review-appointment = Ihr Termin
review-name = Name
review-address = Anschrift
review-no-sms = An diese Nummer schicken wir keine SMS.
review-not-given = nicht angegeben
review-error-title = Der Termin ist noch nicht gebucht
review-privacy = Wir verwenden Ihre Angaben nur für Ihren Termin. Mehr dazu:
change-time = Termin ändern
change-services = Anliegen ändern
change-details = Angaben ändern
same-time = Dieselbe Uhrzeit noch einmal reservieren
book = Termin jetzt buchen
fact-when = Wann
fact-where = Wo
fact-what = Anliegen
fact-reference = Terminnummer

# Bestätigung
confirmation-title = Ihr Termin ist gebucht
confirmation-mail = Wir haben die Bestätigung an { $email } geschickt. Das kann einige Minuten dauern.
confirmation-no-mail = Bitte notieren Sie sich den Termin oder drucken Sie diese Seite aus.
calendar-file = In den Kalender eintragen
print = Seite drucken
change-title = Etwas dazwischengekommen?
change-lead = Verschieben Sie den Termin oder sagen Sie ihn ab. Dann kann jemand anderes kommen.
change-open = Termin ändern oder absagen
change-code = Später geht das auch mit diesem Code auf { $address }:
book-another = Weiteren Termin buchen

# Termin verwalten
code-title = Termin ändern oder absagen
code-lead = Geben Sie den Code ein, den Sie mit der Bestätigung bekommen haben.
code-label = Ihr Code
code-hint = 32 Buchstaben und Ziffern. Groß oder klein, mit oder ohne Leerzeichen: Beides geht.
code-open = Termin zeigen
code-missing = Geben Sie Ihren Code ein.
code-unknown = Zu diesem Code haben wir keinen Termin gefunden. Vergleichen Sie ihn bitte mit Ihrer Bestätigung.
code-again = Bitte geben Sie Ihren Code noch einmal ein
code-cookie = Ihr Browser nimmt keine Cookies an. Um Ihren Termin zu zeigen, brauchen wir ein einziges Cookie, das mit dem Schließen des Browsers endet. Erlauben Sie es bitte und geben Sie Ihren Code noch einmal ein, oder rufen Sie uns an.
manage-title = Ihr Termin
move = Termin verschieben
move-title = Auf wann möchten Sie verschieben?
move-back = Zurück zu Ihrem Termin
move-lead = Ihr Termin ist jetzt am { $when }. Er bleibt Ihnen, bis Sie eine neue Uhrzeit gewählt haben.
move-tap = Wählen Sie die neue Uhrzeit. Dann ist Ihr Termin verschoben.
move-later = Verschieben geht gerade nicht. Versuchen Sie es in einigen Minuten noch einmal, oder rufen Sie uns an.
moved-title = Ihr Termin ist verschoben
moved = Ihr neuer Termin: { $when }
cancel = Termin absagen
cancel-title = Möchten Sie diesen Termin absagen?
cancel-lead = Die Uhrzeit wird sofort für andere frei.
cancel-yes = Ja, Termin absagen
cancel-no = Nein, Termin behalten
cancelled-title = Ihr Termin ist abgesagt
cancelled = Danke, dass Sie Bescheid gesagt haben. Sie müssen nichts weiter tun.
over-title = Dieser Termin ist vorbei
book-again = Neuen Termin buchen

# Wenn etwas fehlt
lost-title = Ihre Buchung ist hier nicht mehr da
lost-lead = Dafür gibt es zwei mögliche Gründe:
lost-time = Sie haben länger als 30 Minuten nichts eingegeben. Dann löschen wir aus Sicherheitsgründen, was Sie eingegeben haben.
lost-cookie = Ihr Browser nimmt keine Cookies an. Für die Buchung brauchen wir ein einziges Cookie, das mit dem Schließen des Browsers endet. Erlauben Sie es bitte, oder rufen Sie uns an.
lost-booked = Wenn Sie schon eine Bestätigung haben, ist Ihr Termin gebucht.
begin-again = Neu beginnen
error-title = Das ging leider nicht
error-not-found-title = Diese Seite gibt es hier nicht
error-later-title = Bitte versuchen Sie es gleich noch einmal
error-internal-title = Das hat leider nicht geklappt
error-unknown-host = Unter dieser Adresse gibt es keine Terminbuchung. Bitte prüfen Sie die Adresse.
error-id = Nummer dieser Anfrage:
error-id-ours = Wenn Sie uns deswegen anrufen, nennen Sie bitte diese Nummer:
try-again = Noch einmal versuchen
to-start = Zur Startseite

# Rechtliches
notice-back = Zurück zu Ihrer Buchung
notice-version = Fassung { $version },
notice-since = gültig seit { $date }
notice-announced = Angekündigte Änderung
notice-announced-add = Ab dem { $day } erhält auch dieser Empfänger Daten: { $who }. Wozu: { $purpose }. Ort der Verarbeitung: { $place }.
notice-announced-remove = Ab dem { $day } erhält dieser Empfänger keine Daten mehr: { $who }.
notice-old = Dies ist eine frühere Fassung.
notice-current = Zur aktuellen Fassung
imprint-provider = Anbieter
imprint-phone = Telefon
imprint-email = E-Mail
imprint-website = Website
imprint-represented = Angaben zur gesetzlichen Vertretung und zur Aufsicht finden Sie im Impressum der Website.
imprint-operator = Technischer Betrieb
imprint-licences = Verwendete Werke
imprint-licences-text = Gestaltung: KERN Design-System (EUPL-1.2). Schrift: Fira Sans (SIL Open Font License 1.1). Programm: Stadttermin (EUPL-1.2).
a11y-title = Erklärung zur Barrierefreiheit
a11y-lead = { $name } möchte, dass alle Menschen diese Terminbuchung benutzen können. Diese Erklärung gilt für die Seiten dieser Terminbuchung.
a11y-law-nrw = Grundlage sind das Behindertengleichstellungsgesetz Nordrhein-Westfalen (BGG NRW) und die Barrierefreie-Informationstechnik-Verordnung Nordrhein-Westfalen (BITVNRW).
a11y-law = Grundlage sind die Gesetze des Landes zur Gleichstellung von Menschen mit Behinderungen und die Richtlinie (EU) 2016/2102.
a11y-state-title = Stand der Barrierefreiheit
a11y-state = Die Seiten sind nach EN 301 549 und den Web Content Accessibility Guidelines (WCAG) 2.2, Stufe AA, gebaut. Sie lassen sich ohne Maus, ohne JavaScript, mit Vorleseprogrammen, mit großer Schrift und mit hohem Kontrast benutzen. Sie sind teilweise mit den Vorgaben vereinbar: Es gibt die unten genannten Ausnahmen.
a11y-gaps-title = Was noch fehlt
a11y-gap-language = Erläuterungen in Leichter Sprache und in Deutscher Gebärdensprache gibt es auf diesen Seiten noch nicht.
a11y-gap-texts = Namen und Beschreibungen der Anliegen sind zum Teil in der Sprache der Gesetze geschrieben.
a11y-made-title = Wie diese Erklärung entstanden ist
a11y-made = Sie beruht auf einer Selbstbewertung mit automatischen und manuellen Prüfungen. Sie wurde am 23. November 2026 erstellt.
a11y-feedback-title = Sagen Sie uns, was nicht geht
a11y-feedback = Haben Sie eine Barriere gefunden, oder brauchen Sie eine Information in anderer Form? Schreiben Sie uns oder rufen Sie uns an. Wir antworten Ihnen.
a11y-enforcement-title = Wenn wir Ihnen nicht helfen konnten
a11y-enforcement-nrw = Bekommen Sie keine zufriedenstellende Antwort, können Sie sich kostenlos an die Ombudsstelle wenden. Sie vermittelt, und Sie brauchen dafür keinen Rechtsbeistand.
a11y-enforcement = Bekommen Sie keine zufriedenstellende Antwort, können Sie sich kostenlos an die Durchsetzungs- oder Schlichtungsstelle Ihres Landes wenden. Wir nennen sie Ihnen gern.
a11y-ombuds-name = Ombudsstelle für barrierefreie Informationstechnik des Landes Nordrhein-Westfalen
a11y-ombuds-address = Fürstenwall 25, 40219 Düsseldorf
