# Was Bürgerinnen und Bürger in Nachrichten lesen.
subject-booked = Termin am { $when } – { $place }
subject-moved = Neue Zeit für Ihren Termin: { $when } – { $place }
subject-cancelled = Termin abgesagt: { $when } – { $place }
subject-moved-office = Wir mussten Ihren Termin verschieben: { $when } – { $place }
subject-cancelled-office = Ihr Termin muss leider ausfallen: { $when } – { $place }

headline-booked = Ihr Termin ist gebucht
headline-moved = Ihr Termin hat eine neue Zeit
headline-cancelled = Ihr Termin ist abgesagt
headline-moved-office = Ihr Termin hat eine neue Zeit
headline-cancelled-office = Ihr Termin muss leider ausfallen

greeting = Guten Tag { $name },
intro-booked = Sie haben einen Termin gebucht. Hier ist alles, was Sie dafür brauchen.
intro-moved = Sie haben Ihren Termin geändert. Die alte Zeit ist wieder frei. Es gilt nur noch, was hier steht.
intro-cancelled = Der Termin findet nicht statt. Sie müssen nichts weiter tun. Einen neuen Termin können Sie jederzeit buchen:
intro-moved-office = Es tut uns leid: Wir mussten Ihren Termin verschieben. Die alte Zeit gilt nicht mehr. Es gilt nur noch, was hier steht. Wenn Ihnen die neue Zeit nicht passt, wählen Sie bitte eine andere.
intro-cancelled-office = Es tut uns leid: Wir mussten Ihren Termin absagen. Bitte kommen Sie nicht zu dieser Zeit. Wählen Sie einen neuen Termin. Ihr Anliegen und Ihre Angaben sind dort schon eingetragen.
reason = Grund:
rebook = Neuen Termin wählen
rebook-secret = Geben Sie den Link nicht weiter. Er zeigt Ihre Angaben.

when = Wann
time = { $from } bis { $until }
where = Wo
reference = Terminnummer
what = Ihr Anliegen
persons = { $name } ({ $count } Personen)
fee = Kosten: { $fee }
free = Kostenlos
bring = Bitte bringen Sie mit:

change = Termin ändern oder absagen
change-link = Öffnen Sie diesen Link:
change-code = Ihr Code zum Ändern oder Absagen:
change-page = Sie können ihn auf dieser Seite eingeben:
change-secret = Geben Sie Link und Code nicht weiter. Wer sie hat, kann Ihren Termin ändern.
call = Sie erreichen uns auch telefonisch: { $phone }
calendar = Im Anhang ist ein Eintrag für Ihren Kalender.
calendar-removed = Der Anhang nimmt den Eintrag aus Ihrem Kalender.

privacy = Datenschutz
controller = Verantwortlich für Ihre Daten ist:
retention = { $days ->
    [one] Wir löschen Ihre Angaben spätestens { $days } Tag nach dem Termin.
   *[other] Wir löschen Ihre Angaben spätestens { $days } Tage nach dem Termin.
}
rights = Sie können der Verarbeitung widersprechen oder verlangen, dass wir Ihre Angaben früher löschen. Schreiben Sie dafür an { $email }.
notice = Unsere Datenschutzerklärung:
automatic = Diese Nachricht wurde automatisch verschickt.

calendar-title = Termin: { $place }, { $town }
calendar-reference = Terminnummer: { $reference }
calendar-reminder = Erinnerung an Ihren Termin

# Nur Zeichen aus GSM 03.38: keine typografischen Anführungszeichen und Striche.
sms-booked = { $town }: Ihr Termin am { $when }. Ort: { $place }. Nummer: { $reference }
sms-moved = { $town }: Neue Zeit für Ihren Termin: { $when }. Ort: { $place }. Nummer: { $reference }
sms-cancelled = { $town }: Ihr Termin am { $when } ist abgesagt. Ort: { $place }. Nummer: { $reference }
sms-manage = Ändern oder absagen: { $link }
sms-rebook = Neuer Termin: { $link }
