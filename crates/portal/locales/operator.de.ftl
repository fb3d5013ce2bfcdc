# Betrieb der Plattform. Einfache Sprache (B1), „Sie“, sagt, was zu tun ist.
suspended-title = Der Terminservice ist zurzeit geschlossen
suspended-lead = Sie können hier im Moment keinen Termin buchen, verschieben oder absagen.
suspended-booked = Termine, die Sie schon gebucht haben, gelten weiter. Kommen Sie bitte wie vereinbart. Die Datenschutzerklärung und Ihre Rechte an Ihren Daten erreichen Sie unten auf dieser Seite.
suspended-note = Dieser Service ist ausgesetzt: Sie können lesen, herunterladen und Anträge zum Datenschutz bearbeiten, sonst nichts ändern.
audit-action-tenant-suspend = Kommune ausgesetzt
audit-action-tenant-resume = Kommune wieder geöffnet
audit-action-domain-add = Eigene Domain eingetragen
audit-action-domain-prove = Eigene Domain nachgewiesen
audit-action-domain-lapse = Eigene Domain: Nachweis abgelaufen
audit-action-domain-remove = Eigene Domain entfernt
audit-action-key-rotate = Schlüssel der Kommune mit dem neuen Hauptschlüssel verpackt
audit-detail-count = Anzahl
audit-detail-domain = Domain
audit-value-platform-read = Kommunen der Plattform und ihren Zustand sehen
audit-value-platform-write = Kommunen anlegen, ändern, aussetzen und wieder öffnen

town-health = Zustand
town-light-green = in Ordnung
town-light-yellow = bitte ansehen
town-light-red = bitte handeln
town-never = noch nie
town-nothing = nichts
town-off = ausgeschaltet
town-mail-sent = Letzte E-Mail verschickt
town-sms-sent = Letzte SMS verschickt
town-jobs-waiting = Aufträge, die noch nicht an der Reihe sind
town-free-days = Tage mit freien Zeiten in den nächsten 14 Tagen
town-overdue = Überfällige Löschung seit
town-proven = Datenschutzerklärung zuletzt nachgeprüft
town-concern-jobs-late = { $count ->
    [one] { $count } Auftrag wartet länger als fünf Minuten. Läuft der Hintergrunddienst?
   *[other] { $count } Aufträge warten länger als fünf Minuten. Läuft der Hintergrunddienst?
}
town-concern-jobs-dead = { $count ->
    [one] { $count } Auftrag wurde aufgegeben. Der Grund steht im Protokoll des Programms.
   *[other] { $count } Aufträge wurden aufgegeben. Der Grund steht im Protokoll des Programms.
}
town-concern-mail-failed = { $count ->
    [one] { $count } E-Mail konnte in den letzten sieben Tagen nicht zugestellt werden.
   *[other] { $count } E-Mails konnten in den letzten sieben Tagen nicht zugestellt werden.
}
town-concern-sms-failed = { $count ->
    [one] { $count } SMS konnte in den letzten sieben Tagen nicht zugestellt werden.
   *[other] { $count } SMS konnten in den letzten sieben Tagen nicht zugestellt werden.
}
town-concern-no-free-times = In den nächsten 14 Tagen ist keine Zeit frei. Sprechen Sie mit der Kommune.
town-concern-deletion-overdue = { $count ->
    [one] Seit { $count } Tag hätte etwas gelöscht werden müssen.
   *[other] Seit { $count } Tagen hätte etwas gelöscht werden müssen.
}
town-concern-notice-gaps = { $count ->
    [one] In der Datenschutzerklärung fehlt { $count } Angabe. Ergänzen Sie die Datei der Kommune.
   *[other] In der Datenschutzerklärung fehlen { $count } Angaben. Ergänzen Sie die Datei der Kommune.
}
town-concern-proof-old = Die Datenschutzerklärung wurde lange nicht nachgeprüft: stadttermin privacy proof
town-concern-proof-violated = { $count ->
    [one] { $count } Satz der Datenschutzerklärung stimmte bei der letzten Prüfung nicht.
   *[other] { $count } Sätze der Datenschutzerklärung stimmten bei der letzten Prüfung nicht.
}
town-concern-domain-failing = { $count ->
    [one] Bei { $count } Domain fehlt der Nachweis. Nach 14 Tagen ist sie nicht mehr erreichbar.
   *[other] Bei { $count } Domains fehlt der Nachweis. Nach 14 Tagen sind sie nicht mehr erreichbar.
}
town-concern-domain-waiting = { $count ->
    [one] { $count } Domain wartet auf ihren Nachweis.
   *[other] { $count } Domains warten auf ihren Nachweis.
}
town-suspended = Ausgesetzt
town-suspended-since = seit { $when }: { $reason }
town-suspend = Kommune aussetzen
town-suspend-title = Kommune aussetzen?
town-suspend-lead = Bürgerinnen und Bürger von „{ $name }“ lesen dann, dass der Terminservice geschlossen ist. Gebuchte Termine gelten weiter, fällige Nachrichten werden verschickt. Das Amt kann lesen und herunterladen, aber nichts ändern.
town-suspend-hint = 5 bis 200 Zeichen. Der Grund steht danach im Protokoll der Kommune. Nennen Sie darin keine Namen.
town-suspend-not = Nicht aussetzen
town-resume = Kommune wieder öffnen
town-ending = Löschung möglich ab
town-slug = Kurzname
town-slug-hint = Kleinbuchstaben, Ziffern und Bindestriche. Daraus wird die Adresse der Seiten.
town-created = Angelegt am
town-apply-file = Diese Kommune ist nicht vollständig eingerichtet. Wenden Sie ihre Datei an: stadttermin tenant apply DATEI
town-domains = Eigene Domains
town-domains-lead = Eine eigene Domain ist erreichbar, sobald der Eintrag im Namensdienst steht. Danach wird täglich nachgesehen.
town-domain = Domain
town-domain-hint = Zum Beispiel termine.stadt.de. Umlaute schreiben Sie als xn--.
town-domain-add = Domain eintragen
town-domain-prove = Nachweis prüfen
town-domain-remove = Entfernen
town-domain-served = erreichbar
town-domain-waiting = wartet auf den Nachweis
town-domain-failing = erreichbar, Eintrag fehlt
town-record-name = Name des Eintrags
town-record-kind = Art
town-record-value = Inhalt
town-change = Angaben ändern
town-change-lead = Die Datenschutzerklärung ändert sich mit. Alles Weitere steht in der Datei der Kommune.
town-save = Speichern
town-new-title = Neue Kommune
town-new-lead = Sie legen einen Entwurf an. Erreichbar ist die Kommune erst, wenn ihre Datenschutzerklärung vollständig ist; dafür wenden Sie danach ihre Datei an.
town-found = Kommune anlegen
town-choose = Bitte wählen
town-field-kurzname = Kurzname
town-field-name = Name der Kommune
town-field-land = Land
town-field-telefon = Telefon
town-field-website = Website
town-field-behoerde = Verantwortliche Behörde
town-field-strasse = Straße und Hausnummer
town-field-plz = Postleitzahl
town-field-ort = Ort
town-field-email = E-Mail-Adresse
town-field-vertrag = Datum des Vertrags zur Auftragsverarbeitung
town-done-geaendert = Die Angaben sind geändert.
town-done-eingetragen = Die Domain ist eingetragen. Veröffentlichen Sie jetzt den Eintrag, und lassen Sie ihn dann prüfen.
town-done-entfernt = Die Domain ist entfernt.
town-done-nachgewiesen = Der Eintrag ist da. Die Domain ist ab sofort erreichbar.
town-done-fehlt = Der Eintrag ist noch nicht zu sehen. Das kann nach einer Änderung einige Stunden dauern.
town-done-ausgesetzt = Die Kommune ist ausgesetzt.
town-done-geoeffnet = Die Kommune ist wieder geöffnet.
town-done-angelegt = Die Kommune ist als Entwurf angelegt.
town-land-BW = Baden-Württemberg
town-land-BY = Bayern
town-land-BE = Berlin
town-land-BB = Brandenburg
town-land-HB = Bremen
town-land-HH = Hamburg
town-land-HE = Hessen
town-land-MV = Mecklenburg-Vorpommern
town-land-NI = Niedersachsen
town-land-NW = Nordrhein-Westfalen
town-land-RP = Rheinland-Pfalz
town-land-SL = Saarland
town-land-SN = Sachsen
town-land-ST = Sachsen-Anhalt
town-land-SH = Schleswig-Holstein
town-land-TH = Thüringen
town-quotas = Grenzen
town-quotas-lead = Ein leeres Feld heißt: keine eigene Grenze. Was schon da ist, bleibt.
town-quota-people = Höchstens so viele Beschäftigte
town-quota-access-keys = Höchstens so viele gültige Zugangsschlüssel
town-quota-requests-per-minute = Höchstens so viele Anfragen je Minute
town-quota-used = Zurzeit { $count }
town-quota-set = Grenze speichern
audit-action-quota-set = Grenze gesetzt
audit-detail-quota = Was
audit-detail-most = Höchstens
audit-value-people = Beschäftigte
audit-value-access-keys = Zugangsschlüssel
audit-value-requests-per-minute = Anfragen je Minute
