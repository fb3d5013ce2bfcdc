//! Behaviour taken away in the database, in Redis or in the configuration: its proof fails.

use chrono::TimeDelta;
use privacy::proof::Verdict;
use redis::AsyncCommands;
use secrecy::ExposeSecret;
use tests::{Setup, database::redis_url, watched::Watched};

/// Declares a test for each way to break a promise in the database.
macro_rules! broken {
    ($($name:ident: $sql:literal => $($statement:literal $evidence:literal),+;)+) => {
        $(
            #[tokio::test]
            async fn $name() {
                let watched = Watched::start().await;
                watched.sql($sql).await;
                let looked = watched.look().await;
                $(looked.assert_violated($statement, $evidence);)+
                assert!(!looked.report.is_clean());
            }
        )+
    };
}

broken! {
    a_version_of_the_notice_that_was_altered:
        "UPDATE privacy_notice SET sections = jsonb_set(sections, '{0,text}', '\"anders\"')"
        => 1 "passt nicht zu ihrem Prüfwert";
    data_of_the_municipality_that_the_notice_does_not_say:
        "UPDATE controller SET street = 'Neue Straße 5'"
        => 1 "haben sich geändert", 2 "Straße";
    a_notice_that_leaves_things_out:
        "UPDATE privacy_notice SET sections = replace(replace(replace(replace(replace(replace(sections::text,
             'Nordrhein-Westfalen', ''), '- Geburtsdatum', ''), 'automatisierte E-Mail', ''),
             'jederzeit widerrufen', ''), 'Recht auf', ''), 'lit. b DSGVO', '')::jsonb"
        => 4 "lit. b DSGVO nicht", 14 "„Geburtsdatum“", 24 "anderes über E-Mails", 27 "Recht auf Auskunft",
           28 "Recht auf Berichtigung", 29 "Recht auf Löschung", 30 "Einschränkung", 31 "Widerspruch",
           32 "Datenübertragbarkeit", 33 "Widerruf", 34 "Nordrhein-Westfalen";
    a_column_without_a_purpose:
        "ALTER TABLE customer ADD COLUMN remarks text"
        => 3 "customer.remarks is missing";
    a_purpose_without_a_legal_basis:
        "UPDATE settings SET document = document - 'legal_basis'"
        => 4 "keine Rechtsgrundlagen";
    a_channel_that_is_on_without_a_recipient:
        "DELETE FROM recipient WHERE role = 'sms'"
        => 5 "ohne dass ein SMS-Provider";
    a_contract_that_is_not_in_force:
        "UPDATE recipient SET contract_on = '2030-01-01' WHERE role = 'operator'"
        => 5 "gilt noch nicht";
    an_eleventh_field_of_the_access_log:
        "ALTER TABLE access_log ADD COLUMN town text NOT NULL DEFAULT 'Haltern'"
        => 3 "access_log.town", 9 "zu viel: town";
    an_address_that_must_be_given:
        "UPDATE settings SET document = jsonb_set(document, '{contact,address}', '\"required\"')"
        => 19 "„Anschrift“ ist Pflicht";
    a_person_without_an_appointment:
        "UPDATE appointment SET subject_id = NULL"
        => 15 "1 davon ohne Termin";
    times_that_can_be_taken_twice:
        "ALTER TABLE live_time DROP CONSTRAINT live_time_no_overlap"
        => 17 "Ausschluss fehlt";
    names_in_a_sealed_column:
        "UPDATE customer SET sealed = convert_to('{\"firstName\":\"Erika\",\"lastName\":\"Mustermann\"}', 'UTF8')"
        => 18 "customer.sealed enthält lesbaren Text";
    a_sealed_record_that_does_not_open:
        "UPDATE customer SET sealed = set_byte(sealed, 20, (get_byte(sealed, 20) + 1) % 256)"
        => 18 "nicht öffnen";
    row_level_security_that_is_not_forced:
        "ALTER TABLE customer NO FORCE ROW LEVEL SECURITY"
        => 36 "does not force row-level security";
    row_level_security_that_is_off:
        "ALTER TABLE customer DISABLE ROW LEVEL SECURITY"
        => 20 "1 Personen anderer Kommunen", 36 "row-level security";
    more_about_a_sign_in_than_is_said:
        "ALTER TABLE sign_in ADD COLUMN device text"
        => 21 "device";
    an_address_of_a_sign_in_beside_its_account:
        "ALTER TABLE sign_in_address ADD COLUMN account_id uuid"
        => 22 "account_id";
    an_address_of_a_sign_in_that_is_too_old:
        "WITH one AS (INSERT INTO sign_in (tenant_id, id, kind, login_index, method, result, at)
             SELECT id, gen_random_uuid(), 'citizen', '\\x00', 'password', 'refused', '2026-11-20'
               FROM tenant WHERE slug = 'haltern' RETURNING tenant_id, id)
         INSERT INTO sign_in_address (tenant_id, sign_in_id, ip, at)
         SELECT tenant_id, id, '192.0.2.1', '2026-11-20' FROM one"
        => 22 "älter als 7 Tage", 25 "IP-Adressen von Anmeldungen";
    a_booking_that_the_office_was_not_told_of:
        "WITH gone AS (DELETE FROM job) DELETE FROM message WHERE audience = 'office'"
        => 23 "fehlt die E-Mail";
    a_visit_that_is_older_than_its_period:
        "INSERT INTO access_log (tenant_id, id, ip, requested_at, utc_offset, path, status, bytes, referrer, browser, system, language)
         SELECT id, gen_random_uuid(), '192.0.2.1', '2026-11-01', '+0100', '/', 200, 1, '', '', '', '' FROM tenant WHERE slug = 'haltern'"
        => 25 "Zugriffsprotokoll", 26 "Zugriffsprotokoll";
    a_period_beyond_the_longest_allowed:
        "UPDATE settings SET document = jsonb_set(document, '{retention,appointment_days}', '400')"
        => 26 "retention.appointment_days liegt über der Höchstfrist";
    requests_that_nobody_answered_in_time:
        "INSERT INTO privacy_request (tenant_id, id, reference, kind, state, channel, received_on, due_on, created_at, about)
         SELECT t.id, gen_random_uuid(), 'late-' || k, k, 'open', 'letter', '2026-10-01', '2026-11-01', '2026-10-01', '{}'
           FROM tenant t, unnest(ARRAY['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection']) k
          WHERE t.slug = 'haltern'"
        => 27 "über der Frist", 28 "über der Frist", 29 "über der Frist", 30 "über der Frist", 31 "über der Frist",
           32 "über der Frist";
    messages_to_people_who_wanted_none:
        "UPDATE customer SET restricted_at = '2026-12-01', no_sms_at = '2026-12-01'"
        => 30 "trotz Einschränkung", 33 "1 danach verschickt";
    a_key_that_outlived_its_person:
        "INSERT INTO keys.subject_key (tenant_id, subject_id, wrapped, created_at)
         SELECT tenant_id, gen_random_uuid(), wrapped, created_at FROM keys.subject_key"
        => 29 "gehören zu niemandem";
}

/// A period of the municipality's own is shorter than the longest allowed: the first is broken before the second.
#[tokio::test]
async fn an_appointment_that_is_older_than_its_period() {
    let watched =
        Watched::of(Setup::new().change_haltern("retention.appointment_days", 1), |_| {}).await;
    watched
        .sql(
            "UPDATE appointment SET starts_at = '2026-12-03 09:00Z', ends_at = '2026-12-03 09:15Z'",
        )
        .await;
    let looked = watched.look().await;
    looked.assert_violated(25, "Stunden überfällig");
    assert_eq!(looked.finding(26).verdict, Verdict::Holds, "{looked:?}");
}

/// Housekeeping that stopped is seen by what it left.
#[tokio::test]
async fn housekeeping_that_does_not_run() {
    let watched = Watched::start().await;
    watched.app.advance(TimeDelta::days(10));
    watched.look().await.assert_violated(25, "überfällig");
    watched.app.housekeeping().await;
    let looked = watched.look().await;
    assert!(looked.report.is_clean(), "{looked:?}");
}

#[tokio::test]
async fn a_session_that_never_ends() {
    let watched = Watched::start().await;
    let mut browser = watched.app.browser(&watched.app.haltern);
    browser.post("/sprache", &[("sprache", "en"), ("zurueck", "/")]).await;
    let client = redis::Client::open(redis_url().expose_secret()).expect("an address");
    let mut redis = client.get_multiplexed_async_connection().await.expect("Redis answers");
    let keys: Vec<String> =
        redis.keys(format!("session:{}:*", watched.app.haltern.id)).await.expect("keys");
    assert_eq!(keys.len(), 1);
    let _: bool = redis.persist(&keys[0]).await.expect("the guard is gone");
    watched.look().await.assert_violated(12, "1 von 3 Sitzungen laufen nicht ab");

    let _: () = redis.set_ex(&keys[0], "{\"lastName\":\"Mustermann\"}", 60).await.expect("written");
    watched.look().await.assert_violated(12, "lesbar");
    let _: () = redis.del(&keys[0]).await.expect("gone");
}

#[tokio::test]
async fn another_provider_than_the_one_that_is_named() {
    let mut watched = Watched::start().await;
    watched.sql("UPDATE recipient SET name = 'Kurzfunk GmbH' WHERE role = 'sms'").await;
    watched.config.sms.lox24_url = "https://sms.elsewhere.example".to_owned();
    let looked = watched.look().await;
    looked.assert_violated(6, "steht nicht in der Erklärung");
    watched.sql("UPDATE privacy_notice SET sections = replace(sections::text, 'LOX24 GmbH', 'Kurzfunk GmbH')::jsonb").await;
    watched.look().await.assert_violated(6, "SMS gehen an sms.elsewhere.example");
}

#[tokio::test]
async fn a_relay_without_tls_somewhere_else() {
    let mut watched = Watched::start().await;
    watched.config.mail.smtp_url = gateway::config::Secret::new("smtp://mail.elsewhere.example:25");
    let looked = watched.look().await;
    looked.assert_violated(23, "ohne erzwungenes TLS");
    looked.assert_violated(35, "Mail-Server");
}

#[tokio::test]
async fn a_service_that_is_not_there_is_not_called_sound() {
    let mut watched = Watched::start().await;
    watched.config.server.public_port = 1;
    let looked = watched.look().await;
    assert!(looked.failed >= 10, "{looked:?}");
    for statement in [1, 7, 8, 9, 10, 11, 13, 14, 16, 36] {
        let finding = looked.finding(statement);
        assert_eq!(finding.verdict, Verdict::Unchecked, "{finding:?}");
        assert!(finding.evidence.contains("antwortet nicht"), "{finding:?}");
    }
}
