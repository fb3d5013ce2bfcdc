# Übernahme aus anderen Systemen. Einfache Sprache (B1), „Sie“, sagt, was zu tun ist.
import-may = Termine und Abwesenheiten aus einem anderen System übernehmen
import-title = Aus einem anderen System übernehmen
import-lead = Wählen Sie eine Datei aus. Zuerst sehen Sie, was daraus wird. Es geschieht nichts, bevor Sie die Übernahme starten. Die Datei wird nicht gespeichert.
import-template = Vorlage für eine Tabelle herunterladen (CSV)
import-kind = Was steht in der Datei?
import-appointments = Termine von Bürgerinnen und Bürgern
import-absences = Abwesenheiten
import-absences-label = Abwesenheiten und Schließungen, ohne Angaben zu Personen
import-file = Datei
import-file-hint = Eine Tabelle (CSV) oder ein Kalender (iCalendar, .ics), höchstens { $limit } Kilobyte und 2000 Einträge. Größere Dateien teilen Sie bitte auf.
import-place = Standort oder Schalter
import-place-hint = Er gilt für Einträge, bei denen die Datei keinen nennt.
import-from-file = steht in der Datei
import-service = Anliegen, wenn die Datei keines nennt
import-reason = Grund der Abwesenheiten, den alle lesen
import-tells = Den Menschen eine Bestätigung mit dem Link zu ihrem Termin schicken
import-titles = Titel der Einträge verwenden: als Namen der Person oder als Grund der Abwesenheit. Sonst werden sie verworfen.
import-look = Datei prüfen
import-list = Bisherige Übernahmen
import-none = Es wurde noch nichts übernommen.
import-row = { $made } übernommen, { $refused } nicht übernommen
import-draft = Entwurf ansehen
import-undo = Zurücknehmen
import-undo-hint = Zurücknehmen sagt die übernommenen Termine ab, die seitdem niemand verändert hat. Wer eine Bestätigung bekommen hat, bekommt auch die Absage. Abwesenheiten nehmen Sie im Kalender zurück.
import-is-undone = zurückgenommen
import-undone = Zurückgenommen: { $cancelled }. Geblieben: { $kept }.
import-look-title = Das wird aus der Datei
import-look-lead = Noch ist nichts übernommen. Prüfen Sie, was nicht übernommen werden kann, und ändern Sie es in der Datei, wenn nötig.
import-done-title = Ergebnis der Übernahme
import-done-lead = Was übernommen ist, gilt sofort. Dieselbe Datei können Sie noch einmal auswählen: Nichts entsteht zweimal.
import-count-made = { $count ->
    [one] { $count } Eintrag ist übernommen
   *[other] { $count } Einträge sind übernommen
}
import-count-new = { $count ->
    [one] { $count } Eintrag kann übernommen werden
   *[other] { $count } Einträge können übernommen werden
}
import-count-known = { $count ->
    [one] { $count } Eintrag ist schon da
   *[other] { $count } Einträge sind schon da
}
import-count-refused = { $count ->
    [one] { $count } Eintrag wird nicht übernommen
   *[other] { $count } Einträge werden nicht übernommen
}
import-count-hits = { $count ->
    [one] { $count } Termin liegt in diesen Abwesenheiten. Was mit ihm geschieht, entscheiden Sie im Entwurf.
   *[other] { $count } Termine liegen in diesen Abwesenheiten. Was mit ihnen geschieht, entscheiden Sie im Entwurf.
}
import-ignored = Diese Spalten kennen wir nicht. Sie bleiben weg: { $columns }
import-to-draft = Entwurf ansehen und veröffentlichen
import-will-tell = Alle, die eine E-Mail-Adresse haben, bekommen eine Bestätigung.
import-will-not-tell = Niemand bekommt eine Nachricht.
import-run = Jetzt übernehmen
import-go-on = Weiter übernehmen
import-reasons = Was nicht übernommen wird
import-entries = Einträge der Datei
import-cut = Hier stehen die ersten { $count } Einträge. Was nicht übernommen wird, steht zuerst.
import-line = Zeile
import-when = Zeit
import-where = Standort
import-outcome = Ergebnis
import-outcome-made = übernommen
import-outcome-new = kann übernommen werden
import-outcome-known = schon da
