//! The statements of the privacy notice, one by one: what the service promises there, and must be able to show.

/// Something that the notice says and that can be true or false of a running installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// Its number. Numbers do not change.
    pub number: u8,
    /// The notice's section that says it.
    pub section: u8,
    /// What it says. In German, like the inventory: it is read by data-protection officers.
    pub says: &'static str,
}

const fn statement(number: u8, section: u8, says: &'static str) -> Statement {
    Statement { number, section, says }
}

/// All statements, in the order of the notice.
pub const STATEMENTS: [Statement; 37] = [
    statement(
        1,
        1,
        "Jede Kommune hat ihre eigene Erklärung, in Fassungen, und jede Seite führt zu ihr.",
    ),
    statement(2, 1, "Wer verantwortlich ist, steht mit voller Anschrift und E-Mail-Adresse da."),
    statement(3, 2, "Alles, was gespeichert wird, hat einen Zweck."),
    statement(
        4,
        2,
        "Jeder Zweck hat eine Rechtsgrundlage, und ausgewertet werden keine Daten von Personen.",
    ),
    statement(5, 3, "Wer Daten erhält, hat einen Vertrag; ohne Eintrag bleibt der Kanal zu."),
    statement(6, 3, "Die genannten Empfänger sind die, die wirklich beteiligt sind."),
    statement(7, 3, "Sonst erhält niemand Daten: Die Seiten laden nichts von anderen."),
    statement(8, 4, "Wer nur liest, hinterlässt nichts außer einem Eintrag im Zugriffsprotokoll."),
    statement(9, 4, "Das Zugriffsprotokoll hat genau zehn Angaben."),
    statement(10, 4, "Cookies können nichts ausführen und sind für Programme im Browser unlesbar."),
    statement(11, 4, "Es gibt ein einziges Cookie, es ist ein eigenes und endet mit der Sitzung."),
    statement(12, 4, "Eingaben liegen nur vorübergehend auf dem Server."),
    statement(
        13,
        4,
        "Ohne Cookie bleiben alle Seiten lesbar, und es gibt einen anderen Weg zum Termin.",
    ),
    statement(
        14,
        5,
        "Gefragt wird nur nach den Angaben, die die Erklärung nennt; ein Konto ist nicht nötig.",
    ),
    statement(15, 5, "Angaben dienen nur der Buchung; für mehr braucht es eine Zustimmung."),
    statement(16, 5, "Angezeigt werden freie Zeiten und nichts über andere Personen."),
    statement(17, 5, "Eine Zeit kann man für sich reservieren, und niemand sonst bekommt sie."),
    statement(18, 5, "Name und Kontaktdaten liegen verschlüsselt und nur bei dieser Kommune."),
    statement(19, 5, "Freiwillige Angaben sind freiwillig."),
    statement(
        20,
        5,
        "Die Kundendatenbank ist je Kommune abgetrennt; dieselbe Person ist in zwei Kommunen nicht verknüpft.",
    ),
    statement(21, 5, "Bei einer Anmeldung werden Anmeldung, Zeitpunkt und Ergebnis gespeichert."),
    statement(
        22,
        5,
        "IP-Adressen von Anmeldungen liegen getrennt, nur gegen Störung und Missbrauch, und nur kurz.",
    ),
    statement(
        23,
        5,
        "Der Standort erhält je Online-Buchung eine E-Mail mit den Angaben der Buchung.",
    ),
    statement(24, 5, "Diese E-Mail dient dazu, Störungen und Missbrauch aufzuklären."),
    statement(25, 6, "Daten werden nur so lange gespeichert, wie sie gebraucht werden."),
    statement(26, 6, "Für alles gibt es eine Höchstfrist, und nichts ist älter."),
    statement(27, 7, "Recht auf Auskunft."),
    statement(28, 7, "Recht auf Berichtigung."),
    statement(29, 7, "Recht auf Löschung."),
    statement(30, 7, "Recht auf Einschränkung der Verarbeitung."),
    statement(31, 7, "Recht auf Widerspruch."),
    statement(32, 7, "Recht auf Datenübertragbarkeit."),
    statement(33, 7, "Eine Einwilligung kann jederzeit widerrufen werden."),
    statement(34, 7, "Die zuständige Aufsichtsbehörde ist genannt."),
    statement(35, 8, "Daten sind auf dem Weg verschlüsselt."),
    statement(36, 8, "Dritte erfahren nichts: Kommunen sind getrennt, Angaben versiegelt."),
    statement(37, 8, "Die Technik ist auf dem Stand."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_list() {
        for (statement, number) in STATEMENTS.iter().zip(1..) {
            assert_eq!(statement.number, number);
            assert!((1..=8).contains(&statement.section), "{number}");
        }
        assert!(STATEMENTS.is_sorted_by_key(|statement| statement.section));
    }
}
