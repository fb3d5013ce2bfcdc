# Die Arbeit am Schreibtisch des Amts: Tagesliste, Termin, Kundendatenbank, Telefon. Einfache Sprache (B1), „Sie“.
desk-may-day = Termine eines Tages
desk-may-book = Termin am Telefon buchen
desk-may-search = Kunden suchen
desk-count = { $count ->
    [0] kein Termin
    [one] { $count } Termin
   *[other] { $count } Termine
}
desk-turn = Tag wechseln
desk-day-before = Tag davor
desk-day-after = Tag danach
desk-today = Heute
desk-place = Standort
desk-state = Stand
desk-show = Anzeigen
desk-all-open = alle außer abgesagten
desk-all = alle
desk-nobody = An diesem Tag gibt es hier keine Termine.
desk-time = Zeit
desk-who = Name
desk-counter = Schalter
desk-erased = Angaben gelöscht
desk-status-PENDING = wartet auf Bestätigung
desk-status-CONFIRMED = gebucht
desk-status-CHECKED_IN = ist da
desk-status-CALLED = aufgerufen
desk-status-SERVING = in Bearbeitung
desk-status-COMPLETED = erledigt
desk-status-NO_SHOW = nicht gekommen
desk-status-CANCELLED = abgesagt

desk-file-title = Termin { $reference }
desk-to-day = Zur Liste des Tages
desk-correct = Angaben berichtigen
desk-correct-save = Angaben speichern
desk-more-details = Weitere freiwillige Angaben
desk-done-contact = Die Angaben sind gespeichert.
desk-done-cancelled = Der Termin ist abgesagt.
desk-done-moved = Der Termin ist verschoben.
desk-move = Termin verschieben
desk-cancel = Termin absagen
desk-cancel-now = Jetzt absagen
desk-note = Nachricht an die Person
desk-note-hint = Höchstens 500 Zeichen. Sie steht in der Mail über die Änderung.
desk-history = Verlauf
desk-history-booked = gebucht für { $when }
desk-history-moved = verschoben von { $from } auf { $to }
desk-history-corrected = Angaben berichtigt
desk-history-cancelled = abgesagt
desk-by-citizen = Bürgerin oder Bürger
desk-by-account = Bürgerin oder Bürger mit Konto
desk-by-staff = Amt
desk-by-program = Programm des Amts
desk-by-service = Dienst
desk-message-mail-citizen = E-Mail an die Person
desk-message-mail-office = E-Mail an das Amt
desk-message-sms-citizen = SMS an die Person
desk-message-sms-office = SMS an das Amt
desk-message-waiting = wartet
desk-message-sent = gesendet
desk-message-failed = nicht zustellbar
desk-message-skipped = nicht mehr nötig
desk-message-unknown = ungewiss
desk-message-over-budget = nicht gesendet, das Budget für SMS ist aufgebraucht
desk-about-booked = Buchung
desk-about-moved = Verschiebung
desk-about-cancelled = Absage
desk-move-title = Termin { $reference } verschieben
desk-move-now = Bisher: { $when }
desk-move-lead = Mit einem Klick auf eine Uhrzeit verschieben Sie den Termin. Die Person bekommt eine Nachricht, wenn wir eine Adresse von ihr haben.
desk-from-day = Ab welchem Tag
desk-no-times = Ab diesem Tag ist im Kalender keine Zeit mehr frei.

desk-customers-title = Kunden suchen
desk-customers-lead = Sie finden alle, die an Ihrem Standort einen Termin haben oder hatten, solange die Angaben aufbewahrt werden. Im Protokoll steht, dass gesucht wurde, aber nicht, wonach.
desk-search-words = Wonach suchen Sie?
desk-search-by = Das ist
desk-search-name = der Nachname
desk-search-phone = die Telefonnummer
desk-search-mail = die E-Mail-Adresse
desk-search-reference = die Terminnummer
desk-search = Suchen
desk-found = { $count ->
    [0] Niemand gefunden
    [one] { $count } Person gefunden
   *[other] { $count } Personen gefunden
}
desk-found-more = Es gibt noch mehr. Sie sehen die 50 spätesten Termine. Suchen Sie mit der Telefonnummer oder der Terminnummer.

desk-book-title = Termin am Telefon buchen
desk-show-times = Freie Zeiten anzeigen
desk-free-times = Freie Zeiten
desk-persons = Personen
desk-held-until = Für Sie reserviert bis { $time }.
desk-language = Sprache der Nachrichten
desk-book-now = Termin buchen
desk-booked-title = Der Termin ist gebucht
desk-booked-no-mail = Es wird keine E-Mail gesendet. Bitte lesen Sie die Angaben vor.
desk-booked-mail = Eine Bestätigung geht an { $email }.
desk-read-out = Zum Vorlesen
desk-code-title = Code zum Verschieben und Absagen
desk-code-lead = Mit diesem Code kann die Person den Termin selbst ändern: { $address }. Am Telefon genügt die Terminnummer.
desk-book-next = Nächsten Termin buchen
desk-open = Termin öffnen

desk-reopen = Schließung beenden
desk-reopen-draft = Schließung ab { $from } beenden
