//! Receipts: what they say, and that a forged one is found out.

use chrono::TimeDelta;
use db::Fault;
use privacy::retention::receipts::{self, Receipt, Verdict};
use sea_orm::{
    ConnectionTrait,
    sqlx::{self, AssertSqlSafe},
};
use tests::{TestApp, Town};

use super::old_requests;

async fn verdict(app: &TestApp, town: &Town) -> Verdict {
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    let verdict = receipts::verify(&ctx, &tx).await.expect("a verdict");
    tx.commit().await.expect("committed");
    verdict
}

async fn list(app: &TestApp, town: &Town) -> Vec<Receipt> {
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    let found = receipts::list(&ctx, &tx, None, 100).await.expect("receipts");
    tx.commit().await.expect("committed");
    found
}

/// Some days on which something was deleted.
async fn days(app: &TestApp, number: u64) {
    for day in 1..=number {
        old_requests(app, &app.haltern, app.now() - TimeDelta::days(8), day).await;
        app.housekeeping().await;
        app.advance(TimeDelta::hours(24));
    }
}

#[tokio::test]
async fn a_receipt_says_what_went_and_holds_on_to_the_one_before() {
    let app = TestApp::start().await;
    app.housekeeping().await;
    assert!(list(&app, &app.haltern).await.is_empty(), "nothing went, nothing to say");
    days(&app, 3).await;
    let found = list(&app, &app.haltern).await;
    let counts: Vec<_> = found.iter().map(|one| one.counts["access-log"]).collect();
    assert_eq!(counts, [3, 2, 1], "the newest first");
    assert_eq!(found[1].to, found[0].from, "no gap between them");
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Sound { receipts: 3 });
    assert!(list(&app, &app.musterstadt).await.is_empty(), "each municipality has its own");
    assert_eq!(verdict(&app, &app.musterstadt).await, Verdict::Sound { receipts: 0 });
}

#[tokio::test]
async fn the_rounds_of_a_day_share_a_receipt() {
    let app = TestApp::start().await;
    days(&app, 1).await;
    for _ in 0..6 {
        app.advance(TimeDelta::minutes(10));
        old_requests(&app, &app.haltern, app.now() - TimeDelta::days(8), 5).await;
        app.housekeeping().await;
    }
    let found = list(&app, &app.haltern).await;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].counts["access-log"], 5, "a day after the first one the next is closed");
    app.advance(TimeDelta::hours(24));
    app.housekeeping().await;
    let found = list(&app, &app.haltern).await;
    assert_eq!(found[0].counts["access-log"], 25, "what went since is in the one after it");
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Sound { receipts: 3 });
}

#[tokio::test]
async fn a_forged_receipt_is_found_out() {
    let app = TestApp::start().await;
    days(&app, 4).await;
    let sql = app.database.superuser_sql().await;
    let tamper = async |text: &str| {
        let done = sqlx::query(AssertSqlSafe(text.to_owned())).execute(&sql).await.expect(text);
        assert_eq!(done.rows_affected(), 1, "{text}");
    };
    let fewer = "UPDATE deletion_receipt SET counts = '{\"access-log\": 1}' WHERE number = 2";
    tamper(fewer).await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Broken { number: 2 }, "changed");
    tamper("UPDATE deletion_receipt SET counts = '{\"access-log\": 2}' WHERE number = 2").await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Sound { receipts: 4 });

    let signature =
        "UPDATE deletion_receipt SET signature = decode(repeat('ab', 64), 'hex') WHERE number = 4";
    let kept: Vec<u8> =
        sqlx::query_scalar("SELECT signature FROM deletion_receipt WHERE number = 4")
            .fetch_one(&sql)
            .await
            .expect("a signature");
    tamper(signature).await;
    assert_eq!(
        verdict(&app, &app.haltern).await,
        Verdict::Broken { number: 4 },
        "signed by others"
    );
    let back = sqlx::query("UPDATE deletion_receipt SET signature = $1 WHERE number = 4");
    back.bind(kept).execute(&sql).await.expect("the signature");

    let moved = format!(
        "UPDATE deletion_receipt SET tenant_id = '{}' WHERE number = 1",
        app.musterstadt.id
    );
    tamper(&moved).await;
    assert_eq!(
        verdict(&app, &app.musterstadt).await,
        Verdict::Broken { number: 1 },
        "another municipality's"
    );
    let home =
        format!("UPDATE deletion_receipt SET tenant_id = '{}' WHERE number = 1", app.haltern.id);
    tamper(&home).await;

    tamper("DELETE FROM deletion_receipt WHERE number = 4").await;
    assert_eq!(
        verdict(&app, &app.haltern).await,
        Verdict::Broken { number: 4 },
        "the newest is gone"
    );
    tamper("DELETE FROM deletion_receipt WHERE number = 2").await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Broken { number: 2 }, "one is missing");
}

#[tokio::test]
async fn the_service_itself_cannot_change_a_receipt() {
    let app = TestApp::start().await;
    days(&app, 1).await;
    let ctx = app.operator(&app.haltern);
    let tx = app.begin(&ctx).await;
    let refused = tx.execute_unprepared("UPDATE deletion_receipt SET counts = '{}'").await;
    let refused = Fault::from(refused.expect_err("no right to"));
    assert!(refused.to_string().contains("deletion_receipt"), "{refused}");
}
