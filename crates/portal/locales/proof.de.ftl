# Wenn sehr viele Anfragen kommen: der Rechner arbeitet kurz, oder man wartet.
proof-title = Einen Moment, bitte
proof-lead = Von Ihrem Anschluss kommen gerade sehr viele Anfragen. Deshalb prüfen wir kurz, dass kein Programm sie stellt. Ihr Browser rechnet dafür einige Sekunden. Ihre Eingaben bleiben erhalten.
proof-wait = Geht es nicht von selbst? Warten Sie { $seconds } Sekunden. Wählen Sie dann „Weiter“.
proof-wait-minutes = Geht es nicht von selbst? Warten Sie { $minutes } Minuten. Wählen Sie dann „Weiter“.
proof-password = Ihr Passwort, noch einmal
proof-go-on = Weiter
