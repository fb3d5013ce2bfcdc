# Die Datenschutz-Erklärung in Leichter Sprache: kurze Sätze, keine Genitive, lange Wörter mit Bindestrich, jeder Satz in
# einer eigenen Zeile. Sie sagt dasselbe wie die andere und ist für Menschen, die schwer lesen. Im Streit gilt die andere.

controller-title = Wer passt auf Ihre Daten auf?
controller-scope =
    Sie lesen hier: So gehen wir mit Ihren Daten um.
    Das gilt für die Termin-Buchung im Internet.
    Die Termin-Buchung gehört zu: { $provider }.
    In diesem Text heißt die Termin-Buchung auch: Dienst.
    In diesem Text heißt { $provider } auch: wir.
controller-who =
    Wir sind für Ihre Daten verantwortlich.
    Das steht in einem Gesetz: in der Datenschutz-Grundverordnung, kurz DSGVO, in Artikel 4.
    So erreichen Sie uns:
controller-phone = Telefon: { $phone }
controller-officer =
    Bei uns passt jemand besonders auf den Daten-Schutz auf.
    Diese Person können Sie alles zu Ihren Daten fragen.
    So erreichen Sie diese Person:
controller-officer-unnamed =
    Bei uns passt jemand besonders auf den Daten-Schutz auf.
    Schreiben Sie an die Adresse oben.
    Schreiben Sie dazu: Datenschutz.

purposes-title = Wofür brauchen wir Ihre Daten?
purposes-intro =
    Wir brauchen Ihre Daten für 3 Dinge.
    Bei jedem Ding steht, welches Gesetz das erlaubt:
purposes-use = Sie wollen einen Termin buchen, einen Termin ändern oder einen Termin absagen. { $basis }
purposes-analysis = Wir wollen wissen, wie Menschen den Dienst benutzen. { $basis }
purposes-improvement = Wir wollen den Dienst besser machen. Dazu gehört: Wir wollen Fehler finden und Betrug verhindern. { $basis }
basis-b = Das erlaubt die DSGVO in Artikel 6 Absatz 1 mit dem Buchstaben b: Sie machen mit uns einen Vertrag über den Dienst.
basis-e = Das erlaubt die DSGVO in Artikel 6 Absatz 1 mit dem Buchstaben e. Dazu gehört dieses Gesetz: { $law }. Das ist unsere Aufgabe als Amt.
basis-f = Das erlaubt die DSGVO in Artikel 6 Absatz 1 mit dem Buchstaben f: Wir haben einen guten Grund dafür.
purposes-interest =
    Der gute Grund ist:
    Der Dienst soll immer gehen.
    Der Dienst soll leicht sein.
purposes-analysis-how =
    Wir zählen: Wie viele Menschen kommen bis zu welchem Schritt?
    Wir zählen für jede Leistung und für jeden Tag.
    Wir wissen nicht, wer das war.
    Zahlen unter 5 zeigen wir keinem Menschen.
    Sie wollen das nicht?
    Dann schalten Sie in Ihrem Browser Global Privacy Control ein.
    Oder Sie sagen es uns unten auf dieser Seite.
    Das geht nur, wenn Sie schon etwas eingegeben haben.
    Programme von anderen Firmen zählen hier nicht.
purposes-accountability =
    Wir müssen zeigen können: Wir halten uns an das Gesetz.
    Deshalb schreiben wir auf, was unsere Mitarbeiter im Dienst machen.
    Das verlangt die DSGVO in Artikel 5.
    Auch Artikel 6 Absatz 1 mit dem Buchstaben c verlangt das.
purposes-decisions =
    Kein Computer entscheidet über Sie.
    Wir machen auch kein Profil von Ihnen.

recipients-title = Wer bekommt Ihre Daten von uns?
recipients-contract =
    Firmen helfen uns beim Dienst.
    Ihre Daten liegen auf den Computern von diesen Firmen.
    Mit jeder Firma haben wir einen Vertrag über den Daten-Schutz.
    Das verlangt die DSGVO in Artikel 28.
    Das sind die Firmen:
recipients-operator = Diese Firma betreibt den Dienst „Termin online buchen“
recipients-hosting = Bei diesen Firmen stehen die Computer
recipients-sms = Diese Firma verschickt SMS
recipients-email = Diese Firma verschickt E-Mails
recipients-other = Weitere Firmen
recipients-sms-what =
    Die SMS-Firma bekommt Ihre Handy-Nummer.
    Die SMS-Firma bekommt auch den Text von der SMS.
    Nach dem Verschicken darf sie den Text nicht behalten.
recipients-sms-off =
    Im Moment verschicken wir keine SMS.
    Die SMS-Firma bekommt deshalb keine Daten.
recipients-nobody-else =
    Sonst bekommt niemand Ihre Daten.
    Nur wenn es in diesem Text steht.
    Auf unseren Seiten ist auch nichts von anderen Firmen eingebaut.
recipients-abroad =
    Ihre Daten bleiben in Europa.
    Genauer: in der Europäischen Union und im Europäischen Wirtschafts-Raum.

informational-use-title = Sie wollen nur lesen?
informational-use-intro =
    Sie können hier einfach nur lesen.
    Sie müssen uns nichts über sich sagen.
    Dann bekommen wir keine Daten über Sie.
    Es gibt nur eine Ausnahme:
    Ihr Browser schickt uns Daten.
    Der Browser ist das Programm, mit dem Sie im Internet lesen.
    Er schickt die Daten, damit Sie die Seite sehen.
informational-use-log = Von diesen Daten speichern wir genau 10 Angaben:
log-ip = die Nummer von Ihrem Internet-Anschluss (IP-Adresse)
log-requested-at = den Tag und die Uhrzeit
log-utc-offset = den Unterschied zu der Uhrzeit in London
log-path = welche Seite Sie öffnen
log-status = ob das geklappt hat
log-bytes = wie viele Daten wir geschickt haben
log-referrer = von welcher Internet-Seite Sie kommen
log-browser = welchen Browser Sie haben
log-system = welches Betriebs-System Sie haben
log-language = welche Sprache Ihr Browser hat
informational-use-log-period = { $days ->
    [one] So finden wir Fehler und verhindern Betrug. Nach 1 Tag löschen wir diese Angaben.
   *[other] So finden wir Fehler und verhindern Betrug. Nach { $days } Tagen löschen wir diese Angaben.
}
informational-use-limits =
    Wir zählen auch:
    Wie oft öffnet ein Anschluss in 1 Minute unsere Seiten?
    So kann niemand den Dienst überlasten.
    Dafür speichern wir eine Geheim-Zahl und nicht die IP-Adresse.
    Nach 2 Minuten ist die Zahl gelöscht.
cookies-heading = Cookies
cookies-what =
    Ein Cookie ist eine kleine Text-Datei.
    Man spricht das Wort so: Kuki.
    Ihr Browser speichert das Cookie auf Ihrem Gerät.
    Wir brauchen ein Cookie,
    wenn Sie einen Termin buchen,
    wenn Sie einen Termin öffnen,
    wenn Sie die Sprache wechseln
    oder wenn Sie sich anmelden.
    Wenn Sie nur lesen, gibt es kein Cookie.
cookies-harmless =
    Ein Cookie kann nichts kaputt machen.
    Es ist kein Programm und kein Virus.
    Es macht den Dienst leichter.
cookies-only =
    Es gibt nur dieses eine Cookie.
    Sonst speichert der Dienst nichts in Ihrem Browser.
    Ohne das Cookie geht die Buchung nicht.
    Deshalb müssen wir Sie nicht fragen.
    Das steht in einem Gesetz: im TDDDG in Paragraf 25.
cookies-table = Dieses Cookie gibt es
cookies-head-kind = Wie heißt es?
cookies-head-source = Von wem ist es?
cookies-head-purpose = Wofür ist es?
cookies-head-expiry = Wie lange gibt es das Cookie?
cookies-head-refusal = Wie können Sie es verbieten?
cookie-name = { $kind } („{ $name }“, ohne HTTPS „{ $plain }“)
cookie-source = von uns
cookie-session-end = bis Sie den Browser schließen
cookie-own-date = bis zu dem Tag, den der Browser zeigt
cookie-refusal = In Ihrem Browser gibt es Einstellungen. Dort können Sie Cookies verbieten. In jedem Browser ist das anders. Schauen Sie in die Hilfe von Ihrem Browser.
cookie-session-id-kind = Session-ID
cookie-session-id-purpose = Im Cookie steht eine Nummer. Mit der Nummer wissen wir: Das haben Sie eingegeben. Ihre Eingaben liegen kurz auf unserem Computer.
cookies-server =
    Ihre Eingaben sind verschlüsselt.
    Das heißt: Niemand kann sie lesen.
    Wenn Sie { $idle } Minuten nichts machen, löschen wir sie.
    Nach { $absolute } Stunden löschen wir sie immer.
cookies-refused =
    Sie wollen kein Cookie?
    Dann können Sie trotzdem alle Seiten lesen.
    Für einen Termin rufen Sie uns an.
    Die Telefon-Nummer ist: { $phone }.

service-use-title = Sie wollen einen Termin buchen?
service-use-fields-heading = Diese Daten brauchen wir
service-use-fields = Für einen Termin müssen Sie uns das sagen:
service-use-optional = Das können Sie uns sagen. Sie müssen es aber nicht:
service-use-optional-none = Mehr fragen wir nicht.
service-use-mandatory =
    Kein Gesetz zwingt Sie zu diesen Angaben.
    Aber ohne diese Angaben können Sie nicht im Internet buchen.
    Sie können uns dann anrufen: { $phone }.
    Manche Angaben sind freiwillig.
    Wenn Sie sie weglassen, haben Sie keinen Nachteil.
service-use-only-for =
    Wir benutzen Ihre Daten nur für den Termin
    und für den Vertrag über den Dienst.
    Für alles andere müssen wir Sie vorher fragen.
field-first-name = Vorname
field-last-name = Nachname
field-email = E-Mail-Adresse
field-phone = Handy-Nummer
field-address = Adresse (Straße, Post-Leitzahl, Ort)
field-birth-date = Geburts-Datum
service-use-booking-heading = So buchen Sie
service-use-booking =
    Der Dienst zeigt Ihnen freie Termine.
    Sie suchen sich einen Termin aus.
    Der Termin bleibt { $minutes } Minuten für Sie frei.
    Diese Zeit können Sie einmal länger machen.
    Am Ende schicken Sie uns Ihre Daten.
service-use-stored =
    Wir bekommen die Daten, die Sie eingegeben haben.
    Wir speichern auch:
    Wann ist der Termin?
    Wo ist der Termin?
    Was wollen Sie erledigen?
    Welche Sprache sprechen Sie?
    Welche Nummer hat der Termin?
    Welche Fassung von diesem Text gilt?
    Ihre Daten stehen in unserer Kunden-Datenbank.
    Jede Stadt hat dort einen eigenen Bereich.
service-use-repeat =
    Manchmal klickt man aus Versehen 2 Mal.
    Dann soll es keinen zweiten Termin geben.
    Dafür merkt sich der Dienst eine Geheim-Zahl.
    Nach { $hours } Stunden ist sie gelöscht.
service-use-messages-heading = Nachrichten von uns
service-use-messages-mail =
    Sie bekommen eine E-Mail von uns,
    wenn ein Termin gebucht ist,
    wenn ein Termin anders ist
    oder wenn ein Termin abgesagt ist.
service-use-messages-sms =
    Sie haben uns Ihre Handy-Nummer gesagt?
    Dann bekommen Sie auch eine SMS von uns,
    wenn ein Termin gebucht, geändert oder abgesagt ist.
service-use-messages-off = Im Moment verschickt der Dienst keine E-Mails. Auch wir bekommen keine E-Mails.
service-use-office =
    Auch wir bekommen bei jeder Buchung eine E-Mail.
    Auch wenn Sie den Termin ändern oder absagen.
    In der E-Mail steht,
    wie Sie heißen,
    wie wir Sie erreichen
    und was Sie gebucht haben.
    So finden wir Fehler und verhindern Betrug.
service-use-office-honest =
    Diese E-Mail liegt danach in unserem Post-Fach.
    Der Dienst kann sie dort nicht löschen.
    Wir löschen sie selbst, wenn wir sie nicht mehr brauchen.
service-use-account-heading = Benutzer-Konto
service-use-account =
    Sie brauchen für einen Termin kein Konto.
    Ein Konto ist gut, wenn Sie öfter Termine buchen.
    Für ein Konto brauchen wir:
    Vorname, Nachname, E-Mail-Adresse und manchmal die Handy-Nummer.
    Wir schicken Ihnen eine E-Mail mit einer Geheim-Zahl.
    Erst wenn Sie die Zahl eingeben, gibt es das Konto.
    Sonst löschen wir Ihre Angaben nach spätestens 2 Tagen.
    Wenn sich etwas Wichtiges an Ihrem Konto ändert, bekommen Sie eine E-Mail.
service-use-account-logins =
    Sie melden sich mit Ihrem Konto an.
    Dann speichern wir: Wer hat sich angemeldet? Wann war das?
    Wir speichern auch die IP-Adresse.
    So finden wir Fehler und verhindern Betrug.
    Für etwas anderes benutzen wir die IP-Adresse nicht.
    Die Anmeldungen löschen wir nach { $logins } Tagen.
    Die IP-Adressen löschen wir schon früher.
    In Ihrem Konto können Sie beides sehen.
service-use-account-end =
    Sie können Ihr Konto immer löschen.
    Sie benutzen Ihr Konto { $months } Monate nicht?
    Dann löschen wir es.
    30 Tage vorher schreiben wir Ihnen.
service-use-account-none = Im Moment gibt es hier keine Benutzer-Konten. Sie brauchen auch keins.

retention-title = Wie lange speichern wir Ihre Daten?
retention-principle =
    Wir speichern Ihre Daten nur so lange, wie wir sie brauchen.
    Dann löschen wir sie.
    Länger als das Gesetz erlaubt, speichern wir sie nie.
    Hier sehen Sie, wie lange:
retention-table = So lange speichern wir
retention-head-what = Was?
retention-head-period = Wie lange?
retention-log = die 10 Angaben von Ihrem Browser
retention-log-period = { $days ->
    [one] 1 Tag
   *[other] { $days } Tage
}
retention-session = Ihre Eingaben vor der Buchung
retention-session-period = { $idle } Minuten, nie länger als { $absolute } Stunden
retention-hold = ein Termin, den Sie nur frei-gehalten haben
retention-hold-period = { $minutes } Minuten, oder { $double } Minuten. 1 Tag später löschen wir alles dazu.
retention-appointment = Ihr Termin und Ihre Angaben
retention-appointment-period = { $days ->
    [one] bis 1 Tag nach dem Termin
   *[other] bis { $days } Tage nach dem Termin
}
retention-cancelled = ein abgesagter Termin und Ihre Angaben
retention-cancelled-period = { $days ->
    [one] bis 1 Tag nach der Absage
   *[other] bis { $days } Tage nach der Absage
}
retention-address = Ihre Adresse, wenn Sie sie freiwillig angeben
retention-address-period = { $days ->
    [one] bis 1 Tag nach dem Termin oder nach der Absage
   *[other] bis { $days } Tage nach dem Termin oder nach der Absage
}
retention-birth-date = Ihr Geburts-Datum, wenn Sie es freiwillig angeben
retention-birth-date-period = { $days ->
    [one] bis 1 Tag nach dem Termin oder nach der Absage
   *[other] bis { $days } Tage nach dem Termin oder nach der Absage
}
retention-message = wann wir Ihnen eine Nachricht geschickt haben
retention-message-period = { $days ->
    [one] 1 Tag
   *[other] { $days } Tage
}
retention-repeat = die Geheim-Zahl gegen doppelte Buchungen
retention-repeat-period = { $hours } Stunden
retention-how = Der Dienst löscht von selbst. Niemand muss daran denken.

rights-title = Ihre Rechte
rights-intro = Es sind Ihre Daten. Deshalb haben Sie Rechte:
rights-access = Sie können fragen: Welche Daten haben Sie von mir? Das heißt Auskunft. (DSGVO Artikel 15)
rights-rectification = Sie können sagen: Das ist falsch. Machen Sie es richtig. Das heißt Berichtigung. (DSGVO Artikel 16)
rights-erasure = Sie können sagen: Löschen Sie meine Daten. Das heißt Löschung. (DSGVO Artikel 17)
rights-restriction = Sie können sagen: Benutzen Sie meine Daten im Moment nicht. Das heißt Einschränkung. (DSGVO Artikel 18)
rights-portability = Sie können sagen: Ich will meine Daten mitnehmen. Das heißt Daten-Übertragbarkeit. (DSGVO Artikel 20)
rights-objection = Sie können sagen: Ich bin dagegen. Das heißt Widerspruch. (DSGVO Artikel 21)
rights-objection-when =
    Widerspruch geht bei dem, wofür oben der Buchstabe e oder der Buchstabe f steht.
    Sagen Sie uns Ihren Grund.
    Dann hören wir damit auf.
    Nur wenn unser Grund viel wichtiger ist, machen wir weiter.
    Das müssen wir Ihnen dann erklären.
rights-objection-anyway =
    Oben steht nirgends der Buchstabe e oder der Buchstabe f.
    Dann müssten wir Ihren Widerspruch nicht prüfen.
    Wir prüfen ihn trotzdem.
rights-portability-anyway =
    Oben steht nirgends der Buchstabe b.
    Dann müssten wir Ihnen die Daten nicht zum Mitnehmen geben.
    Wir geben sie Ihnen trotzdem.
rights-withdrawal =
    Vielleicht haben Sie uns etwas erlaubt.
    Dann können Sie später immer Nein sagen.
    Das heißt Widerruf.
    Was vorher war, bleibt erlaubt.
rights-how =
    Schreiben Sie eine E-Mail an { $email }.
    Oder schreiben Sie einen Brief an die Adresse oben.
    Das kostet nichts.
    Nach spätestens 1 Monat antworten wir.
    Einen Termin können Sie selbst ändern oder absagen.
    Dafür brauchen Sie den Code aus der Bestätigung.
rights-complaint =
    Sie sind unzufrieden mit uns?
    Sie finden: Wir gehen falsch mit Ihren Daten um?
    Dann können Sie sich beschweren.
    Das steht in der DSGVO in Artikel 77.
    Hier können Sie sich beschweren:

security-title = So schützen wir Ihre Daten
security-intro =
    Niemand soll Ihre Daten stehlen.
    Deshalb benutzen wir gute Technik.
    Wir machen die Technik immer wieder neu.
    Das machen wir:
security-transport = Im Internet schicken wir Daten verschlüsselt. Das heißt HTTPS.
security-sealed = Ihre Angaben sind in der Daten-Bank verschlüsselt. Jede Person hat einen eigenen Schlüssel.
security-separate = Jede Stadt sieht nur die eigenen Daten.
security-code = Ihren Termin kann im Internet nur öffnen, wer den Code aus der Bestätigung hat.
security-no-names = In den Protokollen von der Technik stehen keine Namen.
