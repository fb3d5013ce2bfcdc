//! The proof of the notice: a sound installation passes, and whatever breaks a promise is seen.

mod broken;
mod tampered;

use kernel::Role;
use privacy::proof::{STATEMENTS, Verdict};
use tests::{TestApp, html, watched::Watched};

/// What a look at a sound installation says of each statement, in part. The test's service has no TLS.
const SOUND: [(u8, Verdict, &str); 37] = {
    use Verdict::{Holds as H, Unchecked as U};
    [
        (1, H, "führen zu Fassung 1"),
        (2, H, "Stadt Haltern am See"),
        (3, H, "jede mit Zweck und Frist"),
        (4, H, "lit. b, lit. f, lit. f"),
        (5, H, "5 Empfänger"),
        (6, H, "SMS über"),
        (7, H, "alle eigene"),
        (8, H, "kein Cookie, keine Sitzung, keine Zeile"),
        (9, H, "genau zehn Angaben"),
        (10, H, "HttpOnly, SameSite=Lax"),
        (11, H, "nur „sid“"),
        (12, H, "alle versiegelt"),
        (13, H, "02364 933-0"),
        (14, H, "Vorname, Nachname, E-Mail-Adresse, mobile Rufnummer"),
        (15, H, "1 Personen, 0 davon ohne Termin"),
        (16, H, "keine von 3 Kennungen"),
        (17, H, "0 Überschneidungen"),
        (18, H, "Stichprobe von 1 Personen: 1 nur mit eigenem Schlüssel"),
        (19, H, "Anschrift: freiwillig"),
        (20, H, "verschieden von denen 1 anderer"),
        (21, H, "0 unvollständig"),
        (22, H, "eigener Tabelle"),
        (23, H, "1 Online-Buchungen, zu jeder"),
        (24, H, "Störungen und Missbrauch"),
        (25, H, "als Nächstes fällig"),
        (26, H, "als Nächstes fällig"),
        (27, H, "sofort abzurufen"),
        (28, H, "mit Eintrag im Verlauf"),
        (29, H, "jeder mit Person"),
        (30, H, "0 Personen eingeschränkt"),
        (31, H, "keine ist über der Frist"),
        (32, H, "veröffentlichtem Schema"),
        (33, H, "Widerruf"),
        (34, H, "Nordrhein-Westfalen"),
        (35, U, "auf diesem Rechner"),
        (36, H, "Zeilenschutz auf allen Tabellen"),
        (37, H, "Postgres"),
    ]
};

#[tokio::test]
async fn a_sound_installation_proves_every_statement() {
    let watched = Watched::start().await;
    let looked = watched.look().await;
    assert_eq!((looked.report.findings.len(), looked.failed), (STATEMENTS.len(), 0));
    for (statement, verdict, evidence) in SOUND {
        let finding = looked.finding(statement);
        assert_eq!(finding.verdict, verdict, "{finding:?}");
        assert!(finding.evidence.contains(evidence), "{finding:?}");
    }
    let other = watched.look_at(&watched.app.musterstadt).await;
    assert!(other.report.is_clean(), "{other:?}");
    other.finding(4).evidence.contains("lit. e").then_some(()).expect("its own bases");
}

#[tokio::test]
async fn the_evidence_says_nothing_about_anybody() {
    let watched = Watched::start().await;
    let looked = watched.look().await;
    let text = format!("{looked:?}").to_lowercase();
    for canary in ["erika", "mustermann", "example.org", "0151"] {
        assert!(!text.contains(canary), "{canary}: {text}");
    }
}

#[tokio::test]
async fn the_data_protection_officer_reads_the_latest_report() {
    let watched = Watched::start().await;
    let town = &watched.app.haltern;
    let mut officer = watched.app.office_browser(town, Role::DataProtectionOfficer).await;
    let before = html::text(&officer.open("/amt/datenschutz/nachweis").await.text());
    assert!(before.contains("noch nicht nachgesehen"), "{before}");
    let file = officer.open("/amt/datenschutz/nachweis/nachweis.json").await.json();
    assert_eq!(
        (&file["at"], &file["findings"]),
        (&serde_json::Value::Null, &serde_json::json!([]))
    );

    watched.look().await;
    let page = html::text(&officer.open("/amt/datenschutz/nachweis").await.text());
    for part in
        ["Keine Aussage ist verletzt", "36 Aussagen gelten", "Das Zugriffsprotokoll hat genau zehn"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    let file = officer.open("/amt/datenschutz/nachweis/nachweis.json").await.json();
    assert_eq!(file["findings"].as_array().map(Vec::len), Some(37));
    assert_eq!(file["noticeVersion"], 1);
    assert_eq!(file["findings"][2]["verdict"], "holds");

    watched.sql("ALTER TABLE customer ADD COLUMN remarks text").await;
    watched.look().await;
    let page = html::text(&officer.open("/amt/datenschutz/nachweis").await.text());
    assert!(page.contains("Mindestens eine Aussage ist verletzt"), "{page}");
    assert!(
        page.find("3. Alles, was gespeichert wird") < page.find("1. Jede Kommune"),
        "first: {page}"
    );
    let kept: i64 = sea_orm::sqlx::query_scalar("SELECT count(*) FROM proof_report")
        .fetch_one(&watched.app.database.superuser_sql().await)
        .await
        .expect("a number");
    assert_eq!(kept, 1, "the latest report takes the place of the one before");
}

#[tokio::test]
async fn the_report_is_read_through_the_api_by_those_who_may() {
    const PROOF: &str = "{ privacyProof { at noticeVersion findings { number section statement verdict evidence } } }";
    let watched = Watched::start().await;
    watched.look().await;
    let town = &watched.app.haltern;
    let officer = watched.app.office_browser(town, Role::DataProtectionOfficer).await;
    let answer = watched.app.graphql_in(&officer, PROOF, serde_json::json!({})).await;
    assert_eq!(answer.data("privacyProof/findings/8/verdict"), "HOLDS");
    assert_eq!(answer.data("privacyProof/findings/34/verdict"), "UNCHECKED");
    let clerk = watched.app.office_browser(town, Role::Clerk).await;
    let answer = watched.app.graphql_in(&clerk, PROOF, serde_json::json!({})).await;
    assert_eq!(answer.code(), "FORBIDDEN");
}

#[tokio::test]
async fn nobody_but_those_who_look_after_data_protection_finds_the_pages() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    for (role, status) in [
        (Role::DataProtectionOfficer, 200),
        (Role::TenantAdministrator, 200),
        (Role::Clerk, 404),
        (Role::OfficeManager, 404),
    ] {
        let mut browser = app.office_browser(town, role).await;
        for page in ["/amt/datenschutz/nachweis", "/amt/datenschutz/verzeichnis"] {
            assert_eq!(browser.get(page).await.status, status, "{role:?} {page}");
        }
    }
}
