# Die Datenschutzerklärung. Jeder Satz muss wahr sein: was hier steht, tut der Dienst; was nicht hier steht, tut er nicht.

controller-title = Wer für Ihre Daten verantwortlich ist
controller-scope = Diese Erklärung gilt, wenn Sie den Online-Buchungsservice dieser Kommune benutzen: { $provider }. Im Text heißt der Online-Buchungsservice „Dienst“. Die Kommune heißt „Anbieter“ oder „wir“.
controller-who = Verantwortlich nach Art. 4 Abs. 7 (amtliche Zählung: Nr. 7) der EU-Datenschutz-Grundverordnung (DSGVO) ist:
controller-phone = Telefon: { $phone }
controller-officer = Unsere Datenschutzbeauftragte oder unseren Datenschutzbeauftragten (Art. 37 Abs. 1 lit. a DSGVO) können Sie alles fragen, was Ihre Daten und Ihre Rechte betrifft:
controller-officer-unnamed = Wir haben eine behördliche Datenschutzbeauftragte oder einen behördlichen Datenschutzbeauftragten (Art. 37 Abs. 1 lit. a DSGVO). Schreiben Sie dafür an die Anschrift oder die E-Mail-Adresse oben und setzen Sie „Datenschutz“ dazu.

purposes-title = Wofür wir Daten verarbeiten und was uns das erlaubt
purposes-intro = Wir verarbeiten personenbezogene Daten für drei Zwecke:
purposes-use = damit Sie den Dienst nutzen und einen Termin buchen, verschieben oder absagen können: { $basis };
purposes-analysis = für die Analyse, wie der Dienst genutzt wird: { $basis };
purposes-improvement = für die Verbesserung seiner Funktionen, wozu auch gehört, Störungen und Missbrauch zu erkennen: { $basis }.
basis-b = Rechtsgrundlage ist Art. 6 Abs. 1 S. 1 lit. b DSGVO (Vertrag über die Nutzung des Dienstes)
basis-e = Rechtsgrundlage ist Art. 6 Abs. 1 S. 1 lit. e DSGVO mit { $law } (Aufgabe im öffentlichen Interesse)
basis-f = Rechtsgrundlage ist Art. 6 Abs. 1 S. 1 lit. f DSGVO (berechtigtes Interesse)
purposes-interest = Unser berechtigtes Interesse ist ein Dienst, der zuverlässig arbeitet und leicht zu bedienen ist.
purposes-analysis-how = Für die Analyse zählen wir, wie oft welcher Schritt einer Buchung erreicht wird: je Leistung, Tag und Tageszeit. Das sind nur Anzahlen, ohne Cookie, ohne IP-Adresse und ohne Kennung. Sie sagen nichts über einzelne Personen: Anzahlen unter fünf zeigen wir niemandem. Wenn Sie nicht mitgezählt werden möchten, schalten Sie in Ihrem Browser „Global Privacy Control“ ein. Haben Sie schon etwas eingegeben, können Sie auch auf dieser Seite unten widersprechen. Analyse-Programme anderer Firmen sind nicht eingebaut.
purposes-accountability = Wir müssen nachweisen können, dass wir uns an diese Regeln halten. Dafür gibt es ein Protokoll darüber, was unsere Beschäftigten im Dienst tun: Rechtsgrundlage ist Art. 6 Abs. 1 S. 1 lit. c DSGVO mit Art. 5 Abs. 2 DSGVO.
purposes-decisions = Über Sie wird nicht automatisch entschieden, und es gibt kein Profiling (Art. 22 DSGVO).

recipients-title = Wer Daten von uns erhält
recipients-contract = Einige Firmen helfen uns, den Dienst zu betreiben. Ihre Daten liegen auf deren Speichersystemen und werden dort verarbeitet. Mit jeder dieser Firmen gibt es eine Vereinbarung über Datenschutz und Datensicherheit, wie das Gesetz sie verlangt (Art. 28 DSGVO).
recipients-operator = Externer Betreiber des Dienstes „Termin online buchen“
recipients-hosting = Hosting-Dienstleister (dort stehen die Server)
recipients-sms = SMS-Provider (versendet Kurznachrichten)
recipients-email = E-Mail-Dienstleister (leitet E-Mails weiter)
recipients-other = Weitere Dienstleister
recipients-sms-what = Der SMS-Provider erhält Ihre Mobilnummer und den Text der Nachricht über Ihren Termin. Wir beauftragen ihn so, dass er den Text nach dem Versand nicht aufbewahrt.
recipients-sms-off = Zurzeit versenden wir keine SMS. Der SMS-Provider erhält deshalb keine Daten.
recipients-nobody-else = Sonst geben wir Ihre Daten nicht an Dritte weiter, außer wir sagen es in dieser Erklärung ausdrücklich. Von diesen Seiten werden keine Inhalte anderer Firmen geladen, zum Beispiel keine Schriften, Karten oder Zählpixel.
recipients-abroad = Wir beauftragen niemanden damit, Ihre Daten in einem Land außerhalb der Europäischen Union und des Europäischen Wirtschaftsraums zu verarbeiten.

informational-use-title = Wenn Sie sich nur informieren
informational-use-intro = Sie können sich hier informieren, ohne sich anzumelden, sich zu registrieren oder uns etwas mitzuteilen. Dann erheben wir keine personenbezogenen Daten, mit einer Ausnahme: Ihr Browser übermittelt bei jedem Aufruf Daten, damit er die Seite anzeigen kann.
informational-use-log = Davon speichern wir in einem Zugriffsprotokoll genau diese zehn Angaben:
log-ip = IP-Adresse
log-requested-at = Datum und Uhrzeit der Anfrage
log-utc-offset = Zeitzonendifferenz zur Greenwich Mean Time (GMT)
log-path = Inhalt der Anforderung, also die konkrete Seite (ohne Suchwörter und andere Zusätze)
log-status = Zugriffsstatus (HTTP-Statuscode)
log-bytes = jeweils übertragene Datenmenge
log-referrer = Webseite, von der die Anforderung kommt (nur deren Name, nicht die einzelne Seite)
log-browser = Browser
log-system = Betriebssystem und dessen Oberfläche
log-language = Sprache und Version der Browsersoftware
informational-use-log-period = { $days ->
    [one] Das Protokoll dient dazu, Störungen und Missbrauch zu erkennen. Jeder Eintrag wird nach einem Tag gelöscht.
   *[other] Das Protokoll dient dazu, Störungen und Missbrauch zu erkennen. Jeder Eintrag wird nach { $days } Tagen gelöscht.
}
informational-use-limits = Damit niemand den Dienst überlastet, zählen wir außerdem, wie viele Anfragen in einer Minute von einem Anschluss kommen. Nach spätestens zwei Minuten ist die Zahl gelöscht. Dafür bilden wir aus der IP-Adresse einen Prüfwert mit einem geheimen Schlüssel; die IP-Adresse selbst speichern wir dabei nicht.
cookies-heading = Cookies
cookies-what = Wenn Sie mit einer Buchung beginnen, einen gebuchten Termin öffnen, die Sprache wechseln oder sich anmelden, speichert der Dienst zusätzlich ein Cookie auf Ihrem Gerät. Solange Sie nur lesen, gibt es kein Cookie. Cookies sind kleine Textdateien. Ihr Browser legt sie auf der Festplatte ab und ordnet sie sich zu. Wer ein Cookie setzt (hier wir), erhält dadurch bestimmte Informationen.
cookies-harmless = Cookies können keine Programme ausführen und keine Viren auf Ihren Computer bringen. Sie helfen dabei, dass ein Internetangebot für alle nutzerfreundlicher und effektiver wird.
cookies-only = Andere Cookies verwendet der Dienst nicht. Auch sonst speichert er nichts in Ihrem Browser. Das Cookie ist für den Dienst unbedingt erforderlich; eine Einwilligung ist dafür nicht nötig (§ 25 Abs. 2 Nr. 2 TDDDG).
cookies-table = Diese Cookies verwendet der Dienst
cookies-head-kind = Cookie-Art
cookies-head-source = Quelle
cookies-head-purpose = Zweck
cookies-head-expiry = Ablaufdatum
cookies-head-refusal = Ablehnung
cookie-name = { $kind } („{ $name }“, ohne HTTPS „{ $plain }“)
cookie-source = dienst-eigenes Cookie
cookie-session-end = zum Ende der Sitzung
cookie-own-date = zum Datum, das der Browser anzeigt
cookie-refusal = In den Einstellungen Ihres Browsers können Sie Cookies annehmen oder ablehnen. Wie das geht, ist je nach Browser verschieden; Näheres steht im Hilfemenü Ihres Browsers.
cookie-session-id-kind = Session-ID
cookie-session-id-purpose = Das Cookie enthält eine eindeutige Zugriffs-ID. Damit kann der Dienst Ihre Eingaben und Einstellungen, die zum Server übertragen und dort vorübergehend gespeichert werden, im weiteren Verlauf der Sitzung Ihnen zuordnen.
cookies-server = Was zu dieser ID gehört, liegt verschlüsselt auf dem Server. Es wird gelöscht, wenn Sie { $idle } Minuten lang nichts tun, spätestens nach { $absolute } Stunden.
cookies-refused = Ohne Cookie können Sie alle Seiten lesen. Für einen Termin rufen Sie uns dann bitte an: { $phone }.

service-use-title = Wenn Sie einen Termin buchen
service-use-fields-heading = Was wir von Ihnen brauchen
service-use-fields = Für eine Terminbuchung brauchen wir Ihre „Anmeldedaten“. Diese Angaben sind Pflicht:
service-use-optional = Diese Angaben sind freiwillig. Wir erhalten sie nur, wenn Sie sie uns mitteilen:
service-use-optional-none = Weitere Angaben fragen wir nicht ab.
service-use-mandatory = Sie sind gesetzlich nicht verpflichtet, uns diese Daten zu geben. Ohne die Pflichtangaben können Sie aber nicht online buchen. Sie können uns stattdessen anrufen: { $phone }. Wenn Sie freiwillige Angaben weglassen, hat das keine Nachteile.
service-use-only-for = Wir verwenden die Anmeldedaten nur, soweit es für die Terminbuchung bei uns nötig ist oder für den Vertrag über die Nutzung des Dienstes (den „Nutzungsvertrag“): um ihn zu schließen, seinen Inhalt festzulegen oder ihn zu ändern. Für alles andere brauchen wir Ihre Zustimmung.
field-first-name = Vorname
field-last-name = Nachname
field-email = E-Mail-Adresse
field-phone = mobile Rufnummer
field-address = Anschrift (Straße, Postleitzahl, Ort)
field-birth-date = Geburtsdatum
service-use-booking-heading = Wie eine Buchung abläuft
service-use-booking = Der Dienst zeigt Ihnen unsere freien Termine. Sie können einen davon für sich reservieren: Er bleibt { $minutes } Minuten für Sie frei, und Sie können diese Zeit einmal verlängern. Wenn Sie die Buchung abschließen, werden Ihre Daten an uns übermittelt.
service-use-stored = Übermittelt werden die Angaben, die Sie gemacht haben. Dazu speichern wir Zeit, Ort und Anliegen des Termins, eine Vorgangsnummer, Ihre Sprache und die Fassung dieser Erklärung. Ihre Angaben stehen in unserer Kundendatenbank. Jede Kommune hat dort ihren eigenen, abgetrennten Bereich.
service-use-repeat = Damit ein doppelter Klick keinen zweiten Termin bucht, merkt sich der Dienst { $hours } Stunden lang einen Prüfwert Ihrer Anfrage.
service-use-messages-heading = Nachrichten
service-use-messages-mail = Sie bekommen eine E-Mail an die angegebene Adresse, wenn ein Termin gebucht, verschoben oder abgesagt wird.
service-use-messages-sms = Sie bekommen eine SMS, wenn ein Termin gebucht, verschoben oder abgesagt wird und Sie eine Mobilnummer angegeben haben.
service-use-messages-off = Zurzeit versendet der Dienst keine E-Mails, auch nicht an uns.
service-use-office = Bei jeder Online-Buchung erhalten auch wir eine automatisierte E-Mail. Darin stehen die Daten, die Sie eingegeben haben: Ihr vollständiger Name, Ihre Kontaktdaten und die gebuchten Leistungen. Verschieben Sie den Termin oder sagen Sie ihn ab, erhalten wir darüber ebenfalls eine E-Mail. So können wir technische Störungen oder eine missbräuchliche Nutzung des Dienstes aufklären oder verhindern.
service-use-office-honest = Diese E-Mail liegt danach im Postfach des Standorts. Der Dienst kann sie dort nicht löschen. Wir löschen sie selbst, sobald wir sie nicht mehr brauchen.
service-use-account-heading = Benutzerkonto
service-use-account = Sie können hier ohne Benutzerkonto buchen. Ein Konto ist nur nötig, wenn Sie den Dienst dauerhaft nutzen möchten. Um es anzulegen, brauchen wir dieselben Anmeldedaten wie für eine Terminbuchung: Vorname, Nachname, E-Mail-Adresse und, wenn wir danach fragen, Ihre Mobilnummer. Das Konto entsteht erst, wenn Sie den Code eingeben, den wir Ihnen per E-Mail schicken. Ohne den Code löschen wir die Angaben spätestens nach zwei Tagen. Auch wenn sich an Ihrem Konto etwas Wichtiges ändert, bekommen Sie eine E-Mail.
service-use-account-logins = Bei jedem Login speichern und verarbeiten wir die Anmeldedaten und den Zeitpunkt des Logins. Außerdem speichern wir bei jedem Login Ihre IP-Adresse. Die IP-Adresse dient dann nur dazu, technische Störungen und eine missbräuchliche Nutzung des Dienstes aufzuklären oder zu verhindern. Die Logins löschen wir nach { $logins } Tagen, die IP-Adressen so bald wie das Zugriffsprotokoll. Beides können Sie in Ihrem Konto selbst sehen.
service-use-account-end = Sie können Ihr Konto jederzeit selbst löschen. Wenn Sie es { $months } Monate lang nicht benutzen, löschen wir es. Wir schreiben Ihnen 30 Tage vorher.
service-use-account-none = Sie buchen hier ohne Benutzerkonto. Benutzerkonten bieten wir zurzeit nicht an.

retention-title = Wie lange wir Daten speichern
retention-principle = Wir speichern Nutzungsdaten und andere personenbezogene Daten nur so lange, wie es für ihren Zweck oder nach dem Gesetz nötig und angemessen ist. Sobald wir sie nicht mehr brauchen, werden sie gelöscht, spätestens wenn die gesetzliche Höchstfrist abläuft. Diese Fristen gelten:
retention-table = Fristen
retention-head-what = Daten
retention-head-period = Dauer
retention-log = Zugriffsprotokoll (die zehn Angaben aus Abschnitt 4)
retention-log-period = { $days ->
    [one] 1 Tag nach dem Aufruf
   *[other] { $days } Tage nach dem Aufruf
}
retention-session = Sitzung: Eingaben und Einstellungen
retention-session-period = { $idle } Minuten nach dem letzten Aufruf, höchstens { $absolute } Stunden
retention-hold = Reservierung, die nicht gebucht wird
retention-hold-period = gilt { $minutes } Minuten, einmal verlängert { $double } Minuten; einen Tag danach wird sie gelöscht
retention-appointment = Termin und Angaben zur Person
retention-appointment-period = { $days ->
    [one] 1 Tag nach der vereinbarten Zeit des Termins
   *[other] { $days } Tage nach der vereinbarten Zeit des Termins
}
retention-cancelled = Abgesagter Termin und Angaben zur Person
retention-cancelled-period = { $days ->
    [one] 1 Tag nach der Absage
   *[other] { $days } Tage nach der Absage
}
retention-voluntary = Anschrift und Geburtsdatum, soweit sie freiwillig sind
retention-voluntary-period = { $days ->
    [one] 1 Tag nach der vereinbarten Zeit des Termins oder nach der Absage
   *[other] { $days } Tage nach der vereinbarten Zeit des Termins oder nach der Absage
}
retention-message = Nachweis, wann welche Nachricht verschickt wurde (ohne Adresse und Text)
retention-message-period = { $days ->
    [one] höchstens 1 Tag nach dem Versand
   *[other] höchstens { $days } Tage nach dem Versand
}
retention-repeat = Prüfwert gegen doppelte Buchungen
retention-repeat-period = { $hours } Stunden
retention-how = Der Dienst löscht nach diesen Fristen von selbst. In einem Löschbeleg steht danach, wie viel er gelöscht hat, aber nichts von dem, was gelöscht wurde.

rights-title = Ihre Rechte, auch auf Auskunft und Widerruf
rights-intro = Sie haben uns gegenüber diese Rechte, wenn es um Ihre personenbezogenen Daten geht:
rights-access = Recht auf Auskunft (Art. 15 DSGVO),
rights-rectification = Recht auf Berichtigung (Art. 16 DSGVO),
rights-erasure = Recht auf Löschung (Art. 17 DSGVO),
rights-restriction = Recht auf Einschränkung der Verarbeitung (Art. 18 DSGVO),
rights-portability = Recht auf Datenübertragbarkeit (Art. 20 DSGVO),
rights-objection = Recht auf Widerspruch gegen die Verarbeitung (Art. 21 DSGVO).
rights-objection-when = Widersprechen können Sie, wenn wir Daten nach Art. 6 Abs. 1 S. 1 lit. e oder lit. f DSGVO verarbeiten (siehe Abschnitt 2), aus Gründen, die mit Ihrer besonderen Situation zu tun haben. Wir hören dann damit auf, außer es gibt zwingende Gründe dagegen. Diese nennen wir Ihnen.
rights-objection-anyway = Das Gesetz gibt ein Recht auf Widerspruch nur bei Art. 6 Abs. 1 S. 1 lit. e und lit. f DSGVO. Darauf stützen wir uns nicht. Ihren Widerspruch prüfen wir trotzdem.
rights-portability-anyway = Das Gesetz gibt ein Recht auf Datenübertragbarkeit nur bei einem Vertrag oder einer Einwilligung (Art. 20 Abs. 1 DSGVO). Darauf stützen wir uns nicht. Sie bekommen Ihre Daten von uns trotzdem zum Mitnehmen.
rights-withdrawal = Wenn Sie uns eine Einwilligung gegeben haben, können Sie sie jederzeit widerrufen (Art. 7 Abs. 3 DSGVO). Was vorher geschehen ist, bleibt davon unberührt.
rights-how = Schreiben Sie dazu an { $email } oder an die Anschrift in Abschnitt 1. Das kostet nichts. Wir antworten innerhalb eines Monats. Einen Termin können Sie mit dem Code aus der Bestätigung selbst verschieben oder absagen.
rights-complaint = Außerdem können Sie sich bei einer Datenschutz-Aufsichtsbehörde darüber beschweren, wie wir Ihre personenbezogenen Daten verarbeiten (Art. 77 DSGVO). Zuständig für uns ist:

security-title = Wie wir Daten schützen
security-intro = Wir schützen Ihre personenbezogenen Daten mit aktuellen technischen Maßnahmen: vor Gefahren bei der Übertragung und davor, dass Dritte Kenntnis davon erhalten. Wir passen die Maßnahmen laufend dem Stand der Technik an.
security-transport = Für den Betrieb im Internet ist eine verschlüsselte Verbindung (HTTPS) vorgesehen.
security-sealed = Ihre Angaben zur Person sind in der Datenbank verschlüsselt, mit einem eigenen Schlüssel je Person.
security-separate = Die Datenbank trennt die Kommunen voneinander. Keine sieht die Daten einer anderen.
security-code = Über das Internet kann einen gebuchten Termin nur öffnen, wer den Code aus der Bestätigung hat.
security-no-names = In technischen Protokollen stehen keine Namen und keine Kontaktdaten.
