//! A new master key: what was sealed before opens, processes go on, and the old key is not needed afterwards.

use base64::prelude::{BASE64_STANDARD, Engine};
use db::{Db, Options, sealed::Keyring};
use kernel::Role;
use tests::{TestApp, booking::erika};

/// The service's database, opened with these keys.
async fn opened(app: &TestApp, keyring: Keyring) -> Db {
    let options = Options::new(app.database.app_url.clone());
    Db::connect(&options, keyring).await.expect("connected")
}

/// Whether the municipality's key can be used, by a process that starts now.
async fn opens(app: &TestApp, keyring: Keyring) -> bool {
    let db = opened(app, keyring).await;
    let opens = db.keys(&app.operator(&app.haltern)).await.is_ok();
    db.close().await;
    opens
}

#[tokio::test]
async fn old_ciphertexts_open_and_the_old_key_is_not_needed_any_more() {
    let app = TestApp::start().await;
    app.platform().await;
    let appointment = app.booked(&app.haltern, &app.free(&app.haltern).await[0], erika()).await;
    let old: [u8; 32] =
        BASE64_STANDARD.decode(app.master_key()).expect("base64").try_into().expect("32 bytes");
    let new: [u8; 32] = rand::random();
    let both = || Keyring::new(&new).with_previous(Some(&old));
    assert!(!opens(&app, Keyring::new(&new)).await, "before");
    assert!(opens(&app, both()).await, "before the rotation both are enough");

    let encoded = BASE64_STANDARD.encode(new);
    let said = app.command_with(
        &["keys", "rotate"],
        &[
            ("STADTTERMIN_KEYS__MASTER", &encoded),
            ("STADTTERMIN_KEYS__PREVIOUS", &app.master_key()),
        ],
    );
    assert!(said.code == Some(0) && said.text.contains("3 rotated, 0 remaining"), "{said:?}");
    assert!(opens(&app, Keyring::new(&new)).await, "the new one alone");
    assert!(!opens(&app, Keyring::new(&old)).await, "the old one is nothing any more");
    let again = app.command_with(
        &["keys", "rotate"],
        &[
            ("STADTTERMIN_KEYS__MASTER", &encoded),
            ("STADTTERMIN_KEYS__PREVIOUS", &app.master_key()),
        ],
    );
    assert!(again.text.contains("0 rotated, 0 remaining"), "{again:?}");

    // the process that has run all the while goes on, and so does the office
    let mut clerk = app.office_browser(&app.haltern, Role::Clerk).await;
    let found = clerk.post("/amt/kunden", &[("nach", "name"), ("suche", "Mustermann")]).await;
    assert!(found.text().contains(&appointment.reference));
    // and a person's data open with the new key alone
    let ctx = app.operator(&app.haltern);
    let db = opened(&app, Keyring::new(&new)).await;
    let tx = db.begin(&ctx).await.expect("a transaction");
    let subjects = db::sealed::subjects(&tx).await.expect("people");
    for subject in subjects {
        db::sealed::subject_key(&tx, subject).await.expect("opens").expect("a key");
    }
    tx.rollback().await.expect("undone");
    db.close().await;
    let entries = {
        let tx = app.begin(&ctx).await;
        db::audit::entries(&ctx, &tx, None, 5).await.expect("entries")
    };
    let rotated = entries.iter().filter(|entry| entry.action == "key.rotate").count();
    assert_eq!(rotated, 1, "{entries:?}");
}

#[tokio::test]
async fn rotation_goes_on_where_it_was() {
    let app = TestApp::start().await;
    let ops = app.platform().await;
    let old: [u8; 32] =
        BASE64_STANDARD.decode(app.master_key()).expect("base64").try_into().expect("32 bytes");
    let db = opened(&app, Keyring::new(&[9; 32]).with_previous(Some(&old))).await;
    let platform = app.platform_over(db.clone()).await;
    let ctx = app.operator(&ops);
    for (rotated, remaining) in [(1, 2), (1, 1), (1, 0), (0, 0)] {
        let done = platform.rotate_keys(&ctx, 1).await.expect("rotated");
        assert_eq!((done.rotated, done.remaining), (rotated, remaining));
    }
    db.close().await;
    // without the key before, nothing is touched and it says so
    let stranger = opened(&app, Keyring::new(&[8; 32])).await;
    let platform = app.platform_over(stranger.clone()).await;
    assert!(platform.rotate_keys(&ctx, 9).await.is_err());
    stranger.close().await;
}

#[tokio::test]
async fn signatures_of_an_earlier_master_key_count_when_they_are_named() {
    let app = TestApp::start().await;
    let said = app.command(&["keys", "status"]);
    let old: [u8; 32] =
        BASE64_STANDARD.decode(app.master_key()).expect("base64").try_into().expect("32 bytes");
    let public = db::signature::hex(&db::signature::public_key_of(&old));
    assert!(said.text.contains(&public), "{said:?}");

    app.an_appointment(&app.haltern).await;
    app.advance(chrono::TimeDelta::days(60));
    app.housekeeping().await;
    let ctx = app.operator(&app.haltern);
    for (keyring, is_sound) in [
        (Keyring::new(&old), true),
        (Keyring::new(&[9; 32]), false),
        (Keyring::new(&[9; 32]).with_previous(Some(&old)), true),
        (
            Keyring::new(&[9; 32]).with_former_public_keys([db::signature::public_key_of(&old)]),
            true,
        ),
    ] {
        let db = opened(&app, keyring).await;
        let tx = db.begin(&ctx).await.expect("a transaction");
        let verdict = privacy::retention::receipts::verify(&ctx, &tx).await.expect("a verdict");
        let sound = matches!(verdict, privacy::retention::receipts::Verdict::Sound { receipts } if receipts > 0);
        assert_eq!(sound, is_sound, "{verdict:?}");
        tx.rollback().await.expect("undone");
        db.close().await;
    }
}
