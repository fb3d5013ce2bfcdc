# Was das Amt bei einer Buchung liest (Datenschutzerklärung § 5: die eingegebenen Daten und die gewählten Leistungen).
office-subject-booked = Neuer Termin am { $when } – { $place } ({ $reference })
office-subject-moved = Termin verschoben auf { $when } – { $place } ({ $reference })
office-subject-cancelled = Termin abgesagt: { $when } – { $place } ({ $reference })
office-headline-booked = Neuer Termin
office-headline-moved = Termin verschoben
office-headline-cancelled = Termin abgesagt
office-when = Wann
office-time = { $from } bis { $until }
office-where = Wo
office-reference = Terminnummer
office-services = Leistungen
office-person = Angaben zur Person
office-name = Name
office-email = E-Mail
office-phone = Telefon
office-address = Anschrift
office-birth-date = Geburtsdatum
office-language = Sprache
office-retention = { $days ->
    [one] Bitte löschen Sie diese E-Mail spätestens { $days } Tag nach dem Termin. Dann werden die Angaben auch im Terminsystem gelöscht.
   *[other] Bitte löschen Sie diese E-Mail spätestens { $days } Tage nach dem Termin. Dann werden die Angaben auch im Terminsystem gelöscht.
}
office-automatic = Diese Nachricht wurde automatisch verschickt.
