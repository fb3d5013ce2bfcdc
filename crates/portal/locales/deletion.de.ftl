# Löschfristen, Löschbelege. Einfache Sprache (B1), „Sie“, sagt, was zu tun ist.
deletion-may = Löschfristen und Löschbelege ansehen
deletion-title = Löschfristen und Löschbelege
deletion-lead = Der Dienst löscht von selbst, was er nicht mehr braucht. Hier sehen Sie, wie lange er was behält, wann er zuletzt gelöscht hat und was überfällig ist.
deletion-on-time = Nichts ist überfällig.
deletion-overdue = Das Löschen ist überfällig
deletion-overdue-what-to-do = Bitte melden Sie das dem Betreiber. Sobald das Löschen wieder läuft, wird alles Überfällige nachgeholt.
deletion-late = überfällig seit { $span }
deletion-periods = Fristen
deletion-column-what = Daten
deletion-column-period = Frist bei Ihnen
deletion-column-trigger = beginnt mit
deletion-column-cap = höchstens
deletion-column-ran = zuletzt durchgesehen
deletion-fixed = steht fest
deletion-by-itself = läuft von selbst ab
deletion-not-yet = noch nicht
deletion-checks-title = Nachgesehen nach Löschungen auf Wunsch
deletion-checks-lead = Etwa einen Tag, nachdem jemand auf Wunsch gelöscht wurde, sieht der Dienst überall nach, ob noch etwas von der Person da ist: in jeder Tabelle mit Angaben von Personen, in wartenden Nachrichten und in den Sitzungen.
deletion-checks-none = In den letzten zwölf Monaten gab es nichts zu prüfen.
deletion-checks = { $count ->
    [one] 1 Löschung auf Wunsch wurde danach geprüft, zuletzt am { $when }.
   *[other] { $count } Löschungen auf Wunsch wurden danach geprüft, zuletzt am { $when }.
}
deletion-checks-clean = Es war nichts mehr da.
deletion-checks-remains = Bei { $count } davon war noch etwas da. Der Betreiber sieht das und muss es beheben. Der Dienst prüft jeden Tag noch einmal.
deletion-receipts = Löschbelege
deletion-receipts-lead = Ein Beleg sagt, wie viel gelöscht wurde, aber nichts von dem, was gelöscht wurde. Er ist signiert und hält am vorigen fest: Wer einen ändert, entfernt oder erfindet, fällt auf. Für jeden Tag, an dem etwas gelöscht wurde, gibt es höchstens einen. Belege bleiben drei Jahre lang.
deletion-verify = Prüfen, ob ein Beleg fehlt oder geändert wurde
deletion-none = Es gibt noch keinen Löschbeleg. Der erste entsteht, wenn zum ersten Mal etwas gelöscht wird.
deletion-sound = { $count ->
    [one] Die Prüfung ist in Ordnung: { $count } Löschbeleg, keiner fehlt und keiner wurde geändert.
   *[other] Die Prüfung ist in Ordnung: { $count } Löschbelege, keiner fehlt und keiner wurde geändert.
}
deletion-broken-title = Die Löschbelege sind nicht mehr vollständig
deletion-broken = Ab Beleg { $number } fehlt etwas, oder es wurde geändert. Bitte melden Sie das sofort dem Betreiber.
deletion-column-number = Nummer
deletion-column-from = von
deletion-column-to = bis
deletion-column-counts = gelöscht
deletion-column-signed = signierter Wortlaut
deletion-column-signature = Signatur (Ed25519)
deletion-key = Mit diesem Schlüssel lassen sich die Signaturen auch außerhalb des Dienstes prüfen (Ed25519):

period-minutes = { $number ->
    [one] { $number } Minute
   *[other] { $number } Minuten
}
period-hours = { $number ->
    [one] { $number } Stunde
   *[other] { $number } Stunden
}
period-days = { $number ->
    [one] { $number } Tag
   *[other] { $number } Tage
}
period-months = { $number ->
    [one] { $number } Monat
   *[other] { $number } Monate
}
trigger-end = Ende des Termins
trigger-cancellation = Absage
trigger-expiry = Ablauf
trigger-collection = Erhebung
trigger-sending = Versand
trigger-last-use = letzter Nutzung
trigger-year-of-answer = Ende des Jahres der Antwort
category-appointment = Termine mit den Angaben zur Person
category-cancelled-appointment = Abgesagte Termine mit den Angaben zur Person
category-voluntary-fields = Anschrift und Geburtsdatum, soweit freiwillig
category-hold = Reservierungen, die nicht gebucht wurden
category-person-place = Anzahl offener Termine zu einer Adresse oder Nummer (Prüfwerte)
category-idempotency-key = Prüfwerte gegen doppelte Anfragen
category-message = Nachweise über Nachrichten
category-office-note = Begründungen des Amts für Verschiebungen und Absagen
category-given-up-job = Aufgegebene Arbeitsaufträge
category-sms-count = Gezählte SMS eines Tages
category-unused-account = Benutzerkonten, die niemand nutzt
category-code = Codes zum Bestätigen und Anmelden
category-sign-in = Anmeldungen
category-sign-in-address = IP-Adressen von Anmeldungen
category-access-log = Zugriffsprotokoll
category-session = Sitzungen
category-limit-counter = Zähler gegen Missbrauch
category-access-key = Zugangsschlüssel von Programmen
category-audit-trail = Protokoll der Verwaltung
category-statistics = Statistik der Nutzung
category-support-grant = Freigaben für den Betreiber
category-incident = Verzeichnis der Datenschutzvorfälle
category-privacy-request = Erledigte Anträge zum Datenschutz
category-erasure-ledger = Verzeichnis der Löschungen auf Wunsch, mit ihren Prüfungen
category-deletion-receipt = Löschbelege

support-may = Zugriff des Betreibers ansehen
support-title = Zugriff des Betreibers
support-lead = Der Betreiber sieht keine Angaben von Personen Ihrer Kommune. Braucht er sie, um Ihnen zu helfen, kann Ihre Verwaltung ihm für einige Stunden Zugriff geben. Hier steht, wann er welchen hatte.
support-list = Bisherige Zugriffe
support-none = Der Betreiber hatte noch keinen Zugriff.
support-reason = Grund
support-by = Gegeben von
support-until = Gilt bis
support-used = Zuletzt genutzt
support-unused = nicht genutzt
support-open = Offen
support-over = Abgelaufen
support-emergency = Notfall: Der Betreiber hat ohne Freigabe zugegriffen
support-revoked-at = Zurückgezogen am { $when }
support-revoke = Zugriff zurückziehen
support-new = Zugriff geben
support-why = Warum braucht der Betreiber Zugriff?
support-why-hint = Der Grund steht danach im Protokoll. Nennen Sie darin keine Namen.
support-hours = Wie viele Stunden gilt der Zugriff?
support-hours-hint = 1 bis { $hours } Stunden.
support-grant = Zugriff geben
support-done = Der Betreiber hat jetzt Zugriff. Jede Nutzung steht im Protokoll.
support-revoked = Der Zugriff ist zurückgezogen.
