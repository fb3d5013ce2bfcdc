# Für den Datenschutz: Verzeichnis und Nachweis. Einfache Sprache (B1), „Sie“, sagt, was zu tun ist.
record-may = Verzeichnis der Verarbeitungstätigkeiten lesen
record-title = Verzeichnis der Verarbeitungs­tätigkeiten
record-lead = Was der Dienst mit personenbezogenen Daten macht (Art. 30 Abs. 1 DSGVO). Es entsteht aus den Einstellungen Ihrer Kommune und aus dem Programm. Sie müssen nichts nachtragen.
record-lead-processor = Was Sie für die Kommunen verarbeiten (Art. 30 Abs. 2 DSGVO). Es entsteht aus den Einstellungen der Kommunen und aus dem Programm.
record-file = Als Tabelle herunterladen (CSV)
record-controller = Verantwortlich
record-officer = Datenschutz
record-no-officer = Es ist niemand eingetragen. Bitten Sie den Betreiber, das nachzuholen.
record-basis = Rechtsgrundlage
record-people = Betroffene
record-category = Art der Daten
record-holds = Inhalt
record-recipients = Empfänger
record-period = Frist
record-sealed = Verschlüsselt je Person
record-yes = ja
record-no = nein
record-store = Ort
record-role = Aufgabe
record-name = Firma
record-contract = Vertrag vom
record-measures = Technische und organisatorische Maßnahmen
record-activities = Verarbeitungen
record-processors = Weitere Auftragsverarbeiter
record-none = Es gibt noch keine Kommune.

evidence-may = Nachweis zur Datenschutzerklärung lesen
evidence-title = Nachweis zur Datenschutzerklärung
evidence-lead = Was die Erklärung sagt, wird am laufenden Dienst nachgesehen, Aussage für Aussage. Sie sehen das letzte Ergebnis.
evidence-when = Nachgesehen am { $when }, Fassung { $version } der Erklärung.
evidence-never = Es wurde noch nicht nachgesehen. Bitten Sie den Betreiber, „stadttermin privacy proof“ auszuführen.
evidence-clean = Keine Aussage ist verletzt
evidence-broken = Mindestens eine Aussage ist verletzt
evidence-broken-next = Die verletzten Aussagen stehen zuerst. Melden Sie sie dem Betreiber.
evidence-count-holds = { $count ->
    [one] 1 Aussage gilt
   *[other] { $count } Aussagen gelten
}
evidence-count-violated = { $count ->
    [0] keine verletzt
    [one] 1 verletzt
   *[other] { $count } verletzt
}
evidence-count-unchecked = { $count ->
    [0] alle geprüft
   *[other] { $count } von hier nicht zu prüfen
}
evidence-number = Nummer
evidence-says = Aussage
evidence-section = Abschnitt { $section }
evidence-verdict = Ergebnis
evidence-seen = Beleg
evidence-holds = gilt
evidence-violated = verletzt
evidence-unchecked = nicht zu prüfen
evidence-file = Als JSON herunterladen

notice-versions = Alle Fassungen
notice-versions-lead = Jede Fassung bleibt lesbar. Der Prüfwert (SHA-256) zeigt, dass sie nicht geändert wurde.
notice-versions-number = Fassung
notice-versions-since = gilt ab
notice-versions-hash = Prüfwert
notice-easy = Diese Erklärung in Leichter Sprache
notice-plain = Diese Erklärung in Alltagssprache

recipients-may = Empfänger von Daten ansehen und neuen widersprechen
recipients-title = Empfänger von Daten
recipients-lead = Diese Firmen erhalten Daten Ihrer Bürgerinnen und Bürger (Art. 28 DSGVO). Will der Betreiber das ändern, kündigt er es hier vorher an. Bis zu dem Tag kann Ihre Kommune widersprechen. Solange sie widerspricht, gilt die Änderung nicht.
recipients-announced-title = Angekündigte Änderungen
recipients-none = Es ist keine Änderung angekündigt.
recipients-now = Diese Empfänger gelten jetzt
recipients-past = Frühere Änderungen
recipients-add = Ab dem { $day } neu: { $name }
recipients-remove = Ab dem { $day } nicht mehr: { $name }
recipients-coming = Gilt ab diesem Tag
recipients-objected = Ihre Kommune widerspricht: gilt nicht
recipients-withdrawn = zurückgenommen am { $when }
recipients-in-force-since = gilt seit { $when }
recipients-role = Aufgabe
recipients-role-operator = betreibt den Dienst
recipients-role-hosting = Hosting
recipients-role-sms = verschickt SMS
recipients-role-email = verschickt E-Mails
recipients-role-other = anderes
recipients-purpose = Wozu
recipients-address = Anschrift
recipients-place = Wo die Daten verarbeitet werden
recipients-contract = Vertrag vom
recipients-announced = Angekündigt am
recipients-objection = Widerspruch
recipients-why = Warum widersprechen Sie?
recipients-why-hint = Der Betreiber liest den Grund. Nennen Sie keine Namen von Personen. 5 bis 500 Zeichen.
recipients-object = Widersprechen
recipients-accept = Widerspruch zurücknehmen
recipients-accept-lead = Ist der Tag schon vorbei, gilt die Änderung sofort, wenn Sie den Widerspruch zurücknehmen.
recipients-done-objected = Ihr Widerspruch ist eingetragen. Die Änderung gilt nicht. Der Betreiber sieht den Grund.
recipients-done-accepted = Der Widerspruch ist zurückgenommen.
