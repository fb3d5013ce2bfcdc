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

account-subject-break-glass = Der Betreiber hat Angaben von Personen geöffnet – { $town }
account-headline-break-glass = Der Betreiber hat Angaben von Personen geöffnet
account-intro-break-glass = der Betreiber des Dienstes hat bei Ihnen Angaben von Personen geöffnet, ohne dass Ihre Kommune das vorher freigegeben hat. Das darf er nur im Notfall. Wann und warum, steht im Protokoll und auf der Seite „Zugriff des Betreibers“. Melden Sie sich dazu an:
account-subject-contract-end = Ihre Kommune wird im Dienst gelöscht – { $town }
account-headline-contract-end = Ihre Kommune wird im Dienst gelöscht
account-intro-contract-end = der Vertrag über den Dienst endet. In 30 Tagen löscht der Betreiber alles, was zu Ihrer Kommune gespeichert ist. Lassen Sie sich vorher vom Betreiber alle Daten herausgeben. Hier melden Sie sich an:
account-not-you-operator = Kommt das für Sie unerwartet? Dann fragen Sie bitte sofort beim Betreiber des Dienstes nach.
