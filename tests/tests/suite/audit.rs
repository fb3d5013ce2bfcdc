//! The audit trail: nobody who has the service's rights can change or remove an entry, and whoever has more is found out.

use chrono::TimeDelta;
use db::audit::{self, Act, Verdict};
use kernel::{Ctx, Role};
use sea_orm::{ConnectionTrait, sqlx};
use serde_json::json;
use tests::{Setup, TestApp, Town};

/// 6 January 2025.
const LONG_AGO: i64 = 1_736_146_800_000;
const ACT: Act<'static> = Act { action: "test.write", object: "test", object_id: None };

async fn write(app: &TestApp, ctx: &Ctx, number: u32) {
    let tx = app.begin(ctx).await;
    audit::append(ctx, &tx, ACT, json!({ "number": number })).await.expect("an entry");
    tx.commit().await.expect("committed");
}

async fn verdict(app: &TestApp, town: &Town) -> Verdict {
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    let verdict = audit::verify(&ctx, &tx).await.expect("a verdict");
    tx.commit().await.expect("committed");
    verdict
}

async fn tamper(app: &TestApp, sql: &'static str) {
    let superuser = app.database.superuser_sql().await;
    let done = sqlx::query(sql).execute(&superuser).await.expect("done");
    assert_eq!(done.rows_affected(), 1);
}

#[tokio::test]
async fn the_chain_holds_until_somebody_changes_it() {
    let app = TestApp::start().await;
    let ctx = app.operator(&app.haltern);
    // the municipality itself is the first entry
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Sound { entries: 1 });
    for number in 0..5 {
        write(&app, &ctx, number).await;
    }
    write(&app, &app.operator(&app.musterstadt), 0).await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Sound { entries: 6 });
    assert_eq!(verdict(&app, &app.musterstadt).await, Verdict::Sound { entries: 2 });

    tamper(&app, "UPDATE audit_entry SET details = '{\"number\": 9}' WHERE number = 4").await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Broken { number: 4 });
    tamper(&app, "UPDATE audit_entry SET details = '{\"number\": 2}' WHERE number = 4").await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Sound { entries: 6 });
    tamper(&app, "DELETE FROM audit_entry WHERE number = 5").await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Broken { number: 5 });
    tamper(&app, "DELETE FROM audit_entry WHERE number = 6").await;
    assert_eq!(
        verdict(&app, &app.haltern).await,
        Verdict::Broken { number: 5 },
        "the end is missing"
    );
}

#[tokio::test]
async fn the_service_itself_can_only_append() {
    let app = TestApp::start().await;
    let ctx = app.operator(&app.haltern);
    write(&app, &ctx, 1).await;
    for sql in ["UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_head"] {
        let tx = app.begin(&ctx).await;
        let refused = tx.execute_unprepared(sql).await.expect_err(sql);
        assert!(refused.to_string().contains("permission denied"), "{refused}");
    }
    let tx = app.begin(&ctx).await;
    let done = tx.execute_unprepared("DELETE FROM audit_entry").await.expect("nothing to see");
    assert_eq!(done.rows_affected(), 0, "what happened lately stays");
}

#[tokio::test]
async fn two_at_once_are_two_entries() {
    let app = TestApp::start().await;
    let ctx = app.operator(&app.haltern);
    let writes = (0..16).map(|number| write(&app, &ctx, number));
    futures::future::join_all(writes).await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Sound { entries: 17 });
}

#[tokio::test]
async fn what_is_old_goes_from_the_front_and_the_rest_still_holds() {
    // the database's own clock decides what is old: this test plays in the past
    let app = Setup::new().at_real_time(LONG_AGO).start().await;
    let ctx = app.operator(&app.haltern);
    for number in 0..3 {
        write(&app, &ctx, number).await;
    }
    app.advance(TimeDelta::days(200));
    write(&app, &ctx, 3).await;
    app.advance(TimeDelta::days(166)); // the first three are 366 days old
    app.housekeeping().await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Sound { entries: 1 });
    write(&app, &ctx, 4).await;
    assert_eq!(verdict(&app, &app.haltern).await, Verdict::Sound { entries: 2 });
}

#[tokio::test]
async fn inviting_somebody_is_written_down_without_their_name() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let account = app.staff(town, Role::Clerk).await;
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    let entries = audit::entries(&ctx, &tx, None, 10).await.expect("entries");
    let entry = &entries[0];
    assert_eq!((entry.actor.as_str(), entry.action.as_str()), ("operator", "person.add"));
    assert_eq!(entry.object_id, Some(account.id.uuid()));
    assert_eq!(entry.details, json!({ "roles": ["clerk"] }));
    let nobody = ctx.with_actor(account.actor());
    assert!(audit::entries(&nobody, &tx, None, 10).await.is_err(), "a clerk does not read it");
}
