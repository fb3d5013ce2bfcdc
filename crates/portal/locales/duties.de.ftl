# Statistik und Datenschutzvorfälle. Einfache Sprache (B1), „Sie“, sagt, was zu tun ist.
counting-on = Wir zählen, wie oft welcher Schritt einer Buchung erreicht wird, ohne Sie zu erkennen. Sie können für diese Sitzung widersprechen.
counting-object = Mich nicht mitzählen
counting-off = Ihre Aufrufe werden in dieser Sitzung nicht mitgezählt.
counting-again = Mich wieder mitzählen

statistics-may = Statistik der Nutzung ansehen
statistics-title = Statistik
statistics-lead = So oft werden Ihre Leistungen angesehen und gebucht. Es sind nur Anzahlen: Wer jemand war, weiß der Dienst dabei nicht.
statistics-choose = Zeitraum
statistics-weeks = die letzten { $weeks } Wochen
statistics-span = { $from } bis { $to }
statistics-starts = Die Liste der Leistungen wurde so oft geöffnet: { $count }
statistics-by-day = Nach Tagen
statistics-by-service = Nach Leistungen
statistics-by-part = Nach Tageszeiten
statistics-none = Für diesen Zeitraum gibt es noch keine Zahlen, die groß genug sind.
statistics-picture = Für jeden Tag ein Balken, bis { $top }. Die Zahlen stehen in der Tabelle „Alle Tage“.
statistics-legend = Heller Balken: Zeiten angesehen. Dunkler Balken: gebucht. Der höchste Balken steht für { $top }.
statistics-service = Leistung
statistics-times = Zeiten angesehen
statistics-details = Angaben begonnen
statistics-booked = gebucht
statistics-part = Tageszeit
statistics-part-morning = bis 12 Uhr
statistics-part-afternoon = 12 bis 17 Uhr
statistics-part-evening = ab 17 Uhr
statistics-day = Tag
statistics-all-days = Alle Tage als Tabelle
statistics-few = weniger als 5
statistics-gone = (nicht mehr angeboten)
statistics-how = Zahlen unter 5 werden nicht gezeigt, alle anderen auf ein Vielfaches von 5 abgerundet. Ließe sich eine kleine Zahl aus anderen ausrechnen, fehlt auch eine von diesen. Gezeigt werden nur Tage, die vorbei sind. Wer widerspricht, wird nicht mitgezählt; was am Telefon gebucht wird, auch nicht.

incidents-may = Datenschutzvorfälle festhalten
incidents-title = Datenschutzvorfälle
incidents-lead = Halten Sie hier jeden Vorfall fest, auch wenn Sie ihn nicht melden müssen. Eine Meldung an die Aufsichtsbehörde muss innerhalb von 72 Stunden geschehen, auch am Wochenende.
incidents-none = Es ist kein Vorfall festgehalten.
incident-new = Neuen Vorfall festhalten
incident-title = Datenschutzvorfall
incident-lead = Nennen Sie nirgends Namen oder andere Angaben zu einzelnen Personen. Sie können alles später ergänzen.
incident-edit = Ansehen und ergänzen
incident-open = Offen
incident-closed = Erledigt
incident-noted = Der Vorfall ist festgehalten.
incident-name = Kurze Bezeichnung
incident-name-hint = Zum Beispiel „E-Mail an falschen Verteiler“.
incident-noticed = Bemerkt am
incident-noticed-hint = Wann die Kommune davon erfahren hat. Von da an laufen die 72 Stunden.
incident-description = Was ist geschehen?
incident-no-names = Wann, wo, wie. Ohne Namen.
incident-categories = Welche Arten von Daten und Personen?
incident-categories-hint = Zum Beispiel „Kontaktdaten von Bürgerinnen und Bürgern mit Termin“.
incident-people = Wie viele Personen ungefähr?
incident-people-hint = Lassen Sie das Feld leer, wenn Sie es noch nicht wissen.
incident-people-unknown = noch nicht bekannt
incident-measures = Welche Folgen sind möglich, und was haben Sie getan?
incident-authority = Der Aufsichtsbehörde gemeldet am
incident-authority-hint = Art. 33 DSGVO. Lassen Sie das Feld leer, solange nichts gemeldet ist.
incident-no-report = Warum keine Meldung nötig ist
incident-no-report-hint = Nur wenn für die Personen voraussichtlich kein Risiko besteht.
incident-people-told = Den betroffenen Personen mitgeteilt am
incident-people-told-hint = Art. 34 DSGVO: nötig bei einem hohen Risiko.
incident-close = Es ist nichts mehr zu tun
incident-save = Festhalten
incident-report = Meldung
incident-told = Der Aufsichtsbehörde rechtzeitig gemeldet
incident-told-late = Der Aufsichtsbehörde nach mehr als 72 Stunden gemeldet; die Verzögerung ist zu begründen
incident-not-needed = Keine Meldung nötig
incident-running = { $hours ->
    [0] Noch weniger als eine Stunde für die Meldung an die Aufsichtsbehörde, bis { $due }
    [one] Noch { $hours } Stunde für die Meldung an die Aufsichtsbehörde, bis { $due }
   *[other] Noch { $hours } Stunden für die Meldung an die Aufsichtsbehörde, bis { $due }
}
incident-over = Die Meldung an die Aufsichtsbehörde ist überfällig seit { $due }
