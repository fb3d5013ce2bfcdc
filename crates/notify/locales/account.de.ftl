# Was in Nachrichten über Konten steht: an Bürgerinnen und Bürger und an Beschäftigte.
account-subject-register = Bitte bestätigen Sie Ihre E-Mail-Adresse – { $town }
account-subject-sign-in = Ihr Code zum Anmelden – { $town }
account-subject-change-email = Bitte bestätigen Sie Ihre neue E-Mail-Adresse – { $town }
account-subject-invite = Ihr Zugang zur Terminverwaltung – { $town }
account-subject-already-registered = Sie haben schon ein Konto – { $town }
account-subject-email-changed = Ihre E-Mail-Adresse wurde geändert – { $town }
account-subject-password-changed = Ihr Passwort wurde geändert – { $town }
account-subject-factor-changed = Ihre Anmeldung wurde geändert – { $town }
account-subject-deleted = Ihr Konto ist gelöscht – { $town }
account-subject-unused = Wir löschen bald Ihr Konto – { $town }

account-headline-register = Bitte bestätigen Sie Ihre E-Mail-Adresse
account-headline-sign-in = Ihr Code zum Anmelden
account-headline-change-email = Bitte bestätigen Sie Ihre neue E-Mail-Adresse
account-headline-invite = Ihr Zugang zur Terminverwaltung
account-headline-already-registered = Sie haben schon ein Konto
account-headline-email-changed = Ihre E-Mail-Adresse wurde geändert
account-headline-password-changed = Ihr Passwort wurde geändert
account-headline-factor-changed = Ihre Anmeldung wurde geändert
account-headline-deleted = Ihr Konto ist gelöscht
account-headline-unused = Wir löschen bald Ihr Konto

account-greeting = Guten Tag { $name },
account-greeting-nobody = Guten Tag,

account-intro-register = jemand möchte mit dieser E-Mail-Adresse ein Konto für die Terminvergabe anlegen. Waren Sie das? Dann öffnen Sie bitte den Link oder geben Sie den Code ein. Erst dann entsteht das Konto.
account-intro-sign-in = Sie möchten sich anmelden. Öffnen Sie den Link oder geben Sie den Code ein.
account-intro-change-email = jemand möchte diese E-Mail-Adresse für ein Konto bei der Terminvergabe verwenden. Waren Sie das? Dann öffnen Sie bitte den Link oder geben Sie den Code ein. Bis dahin gilt die bisherige Adresse.
account-intro-invite = Sie bekommen einen Zugang zur Terminverwaltung. Öffnen Sie den Link oder geben Sie den Code ein. Dann richten Sie Ihre Anmeldung ein.
account-intro-already-registered = jemand wollte mit dieser E-Mail-Adresse ein Konto anlegen. Sie haben aber schon eines. Es wurde nichts geändert. So melden Sie sich an:
account-intro-email-changed = für Ihr Konto gilt jetzt eine andere E-Mail-Adresse. Nachrichten über Ihr Konto kommen nicht mehr an diese Adresse. Alle anderen Geräte wurden abgemeldet.
account-intro-password-changed = das Passwort Ihres Kontos wurde gesetzt, geändert oder entfernt. Alle anderen Geräte wurden abgemeldet.
account-intro-factor-changed = bei Ihrem Konto wurde geändert, womit Sie sich anmelden: eine Authentifizierungs-App oder ein Passkey ist dazugekommen oder weggefallen.
account-intro-deleted = Ihr Konto und alles, was darin stand, ist gelöscht. Termine, die Sie gebucht haben, gelten weiter. Sie ändern sie mit dem Link aus der E-Mail zum Termin.
account-intro-unused = Sie haben Ihr Konto fast zwei Jahre lang nicht benutzt. In 30 Tagen löschen wir es. Möchten Sie es behalten? Dann melden Sie sich vorher einmal an:

account-link = Öffnen Sie diesen Link:
account-link-register = E-Mail-Adresse bestätigen
account-link-sign-in = Anmelden
account-link-change-email = Neue E-Mail-Adresse bestätigen
account-link-invite = Zugang einrichten
account-code = Ihr Code:
account-page = Sie können ihn auf dieser Seite eingeben:
account-valid = Link und Code gelten einmal, und nur bis { $when }.
account-secret = Geben Sie Link und Code nicht weiter. Niemand von uns fragt Sie danach.

account-not-you-code = Waren Sie das nicht? Dann müssen Sie nichts tun. Ohne den Code passiert nichts, und wir löschen die Angaben, die dazu eingegeben wurden.
account-not-you-sign-in = Waren Sie das nicht? Dann müssen Sie nichts tun. Ohne den Code kommt niemand in Ihr Konto.
account-not-you-invite = Kommt das für Sie unerwartet? Dann öffnen Sie den Link nicht und fragen Sie bei uns nach.
account-not-you-nothing = Waren Sie das nicht? Dann müssen Sie nichts tun.
account-not-you-changed = Waren Sie das nicht? Dann melden Sie sich bitte sofort bei uns: { $phone } oder { $email }.
account-not-you-unused = Brauchen Sie das Konto nicht mehr? Dann müssen Sie nichts tun. Ihre Termine bleiben bestehen.

account-contact = Diese Nachricht kommt von:
account-call = Sie erreichen uns auch telefonisch: { $phone }
account-notice = Unsere Datenschutzerklärung:
account-automatic = Diese Nachricht wurde automatisch verschickt.

account-subject-my-data = Ihr Code für Ihre Daten – { $town }
account-headline-my-data = Ihr Code für Ihre Daten
account-intro-my-data = Sie möchten sehen, was wir über Sie gespeichert haben. Öffnen Sie den Link oder geben Sie den Code ein.
account-link-my-data = Meine Daten ansehen
account-not-you-my-data = Waren Sie das nicht? Dann müssen Sie nichts tun. Ohne den Code sieht niemand Ihre Daten.

data-kind-access = Auskunft
data-kind-portability = Mitnahme Ihrer Daten
data-kind-rectification = Berichtigung
data-kind-erasure = Löschung
data-kind-restriction = Einschränkung
data-kind-objection = Widerspruch
data-subject-erased = Ihre Daten sind gelöscht – { $town }
data-headline-erased = Ihre Daten sind gelöscht
data-intro-erased = wir haben gelöscht, was wir über Sie gespeichert hatten. Termine, die noch bevorstanden, sind abgesagt. Den SMS-Dienst haben wir gebeten, Nachrichten an Sie auch bei sich zu löschen. Das Büro haben wir gebeten, E-Mails zu Ihren Terminen zu löschen.
data-line-backups = Sicherungskopien enthalten noch verschlüsselte Reste. Der Schlüssel dazu ist vernichtet. Niemand kann sie lesen.
data-subject-mails = Bitte E-Mails löschen: { $references } – { $town }
data-headline-mails = Bitte E-Mails löschen
data-intro-mails = eine Person hat verlangt, dass ihre Daten gelöscht werden (Art. 17 DSGVO). Bitte löschen Sie alle E-Mails und Notizen zu diesen Terminen: { $references }. Stand ein Termin noch bevor, ist er abgesagt und die Zeit ist wieder frei.
data-subject-received = Ihr Antrag { $reference } ist da – { $town }
data-headline-received = Ihr Antrag ist da
data-intro-received = wir haben Ihren Antrag aufgenommen: { $kind }. Die Nummer ist { $reference }. Sie bekommen bis zum { $due } eine Antwort.
data-subject-extended = Ihr Antrag { $reference } dauert länger – { $town }
data-headline-extended = Ihr Antrag dauert länger
data-intro-extended = für Ihren Antrag { $reference } ({ $kind }) brauchen wir mehr Zeit. Sie bekommen bis zum { $due } eine Antwort.
data-line-reason = Der Grund: { $reason }
data-subject-refused = Ihr Antrag { $reference } – { $town }
data-headline-refused = Wir können Ihrem Antrag nicht folgen
data-intro-refused = wir haben Ihren Antrag { $reference } ({ $kind }) geprüft und lehnen ihn ab.
data-subject-answered = Ihr Antrag { $reference } ist erledigt – { $town }
data-headline-answered = Ihr Antrag ist erledigt
data-intro-answered = wir haben Ihren Antrag { $reference } ({ $kind }) erledigt.
data-subject-lifting = Die Einschränkung Ihrer Daten endet – { $town }
data-headline-lifting = Die Einschränkung Ihrer Daten endet
data-intro-lifting = auf Ihren Antrag { $reference } hin benutzen wir Ihre Daten zurzeit nicht. Ab dem { $due } benutzen wir sie wieder, zum Beispiel für Ihren Termin. Sind Sie damit nicht einverstanden? Dann melden Sie sich vorher bei uns.
data-line-complaint = Sind Sie nicht einverstanden? Sie können sich bei der Aufsichtsbehörde beschweren: { $name }, { $place }, { $email }. Sie können auch vor Gericht klagen.
data-subject-waiting = Anträge zum Datenschutz warten: { $count } – { $town }
data-headline-waiting = Anträge zum Datenschutz warten
data-intro-waiting = { $count } Anträge müssen bald beantwortet werden. Der erste ist { $reference }. Die Frist endet am { $due }. Sie finden die Anträge in der Terminverwaltung unter „Anträge zum Datenschutz“.
