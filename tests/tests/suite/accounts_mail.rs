//! The mails about accounts: they leave while they are of use, to whom they are meant for, and nothing else does.

use chrono::TimeDelta;
use db::sealed;
use gateway::demo::smtp_sink;
use identity::{
    Profile,
    accounts::{
        codes::{self, NewCode, Purpose},
        letters::{self, Letter, NoticeKind},
    },
};
use kernel::{AccountCodeId, Locale, SubjectId};
use tests::{Setup, TestApp, Town};

const ERIKA: &str = "erika@example.org";

/// Writes a code with its mail, under a key of its own.
async fn written(
    app: &TestApp,
    town: &Town,
    purpose: Purpose,
    notice: Option<NoticeKind>,
) -> (AccountCodeId, SubjectId) {
    let ctx = app.operator(town);
    let tx = app.begin(&ctx).await;
    let key = sealed::create_subject(&ctx, &tx).await.expect("a key");
    let to = Profile {
        first_name: "Erika".to_owned(),
        last_name: "Mustermann".to_owned(),
        email: ERIKA.to_owned(),
        phone: None,
    };
    let letter = Letter::to(to, notice);
    let sent = letters::send(&ctx, &tx, purpose, None, &key, &letter, Locale::De).await;
    tx.commit().await.expect("committed");
    (sent.expect("written"), key.subject())
}

#[tokio::test]
async fn every_mail_leaves_once_and_leads_to_its_page() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let codes = [
        (Purpose::Register, "/konto/code#"),
        (Purpose::SignIn, "/konto/code#"),
        (Purpose::ChangeEmail, "/konto/code#"),
        (Purpose::Invite, "/amt/code#"),
    ];
    for (sent, (purpose, page)) in codes.into_iter().enumerate() {
        written(&app, town, purpose, None).await;
        assert_eq!(app.mails_to(ERIKA).len(), sent, "nothing is sent before the worker runs");
        app.run_jobs().await;
        let mail = app.mails_to(ERIKA).swap_remove(0);
        let link = format!("http://{}{page}", town.host);
        assert!(mail.text.contains(&link) && mail.html.contains(&link), "{}", mail.text);
        assert!(mail.text.contains("Stadt Haltern am See"), "{}", mail.text);
    }
    let notices = [
        NoticeKind::AlreadyRegistered,
        NoticeKind::EmailChanged,
        NoticeKind::PasswordChanged,
        NoticeKind::FactorChanged,
        NoticeKind::Deleted,
        NoticeKind::Unused,
    ];
    for notice in notices {
        written(&app, town, Purpose::Notice, Some(notice)).await;
        app.run_jobs().await;
        let mail = app.mails_to(ERIKA).swap_remove(0);
        assert!(!mail.text.contains("/code"), "{}", mail.text);
    }
    assert_eq!(app.mails_to(ERIKA).len(), codes.len() + notices.len());
    assert_eq!(app.jobs_left().await, 0);
}

#[tokio::test]
async fn what_is_of_no_use_any_more_is_not_sent() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    let ctx = app.operator(town);

    // nobody to send it to
    let tx = app.begin(&ctx).await;
    let decoy = NewCode::<()> {
        purpose: Purpose::SignIn,
        account: None,
        content: None,
        locale: Locale::De,
    };
    codes::issue(&ctx, &tx, decoy).await.expect("written");
    tx.commit().await.expect("committed");
    // used
    let (used, _) = written(&app, town, Purpose::Register, None).await;
    let tx = app.begin(&ctx).await;
    let (_, text) = codes::letter::<Letter>(&tx, used).await.expect("read").expect("there");
    codes::redeem::<Letter>(&ctx, &tx, Purpose::Register, &text).await.expect("opens");
    tx.commit().await.expect("committed");
    // erased
    let (_, subject) = written(&app, town, Purpose::Register, None).await;
    let tx = app.begin(&ctx).await;
    sealed::destroy_subject(&tx, subject).await.expect("destroyed");
    tx.commit().await.expect("committed");
    // over
    written(&app, town, Purpose::SignIn, None).await;
    app.advance(TimeDelta::minutes(10));

    app.run_jobs().await;
    assert!(app.outbox().is_empty(), "{:?}", app.outbox());
    assert_eq!(app.jobs_left().await, 0, "and nobody tries again");
}

#[tokio::test]
async fn a_municipality_without_mail_sends_none() {
    let app = Setup::new().change_haltern("mail.enabled", false).start().await;
    written(&app, &app.haltern, Purpose::SignIn, None).await;
    app.run_jobs().await;
    assert!(app.outbox().is_empty());
    assert_eq!(app.jobs_left().await, 0);
}

#[tokio::test]
async fn a_relay_that_is_away_gets_it_later_and_one_that_refuses_does_not() {
    let app = TestApp::start().await;
    let town = &app.haltern;
    app.order_mails(1, smtp_sink::Orders::Answer(451));
    written(&app, town, Purpose::Register, None).await;
    app.run_jobs().await;
    assert!(app.mails_to(ERIKA).is_empty());
    app.advance(TimeDelta::seconds(3));
    app.run_jobs().await;
    assert_eq!(app.mails_to(ERIKA).len(), 1);

    app.order_mails(1, smtp_sink::Orders::Answer(550));
    written(&app, town, Purpose::Register, None).await;
    app.run_jobs().await;
    app.advance(TimeDelta::hours(2));
    app.run_jobs().await;
    assert_eq!(app.mails_to(ERIKA).len(), 1, "the job stays as a dead one");
    assert_eq!(app.jobs_left().await, 1);
}

#[tokio::test]
async fn a_job_about_an_account_names_nobody() {
    let app = TestApp::start().await;
    written(&app, &app.haltern, Purpose::Register, None).await;
    let sql = app.database.superuser_sql().await;
    let jobs: Vec<String> = sea_orm::sqlx::query_scalar("SELECT payload::text FROM job")
        .fetch_all(&sql)
        .await
        .expect("jobs");
    assert_eq!(jobs.len(), 1);
    let payload: serde_json::Value = serde_json::from_str(&jobs[0]).expect("JSON");
    assert_eq!(payload.as_object().expect("an object").keys().collect::<Vec<_>>(), ["code"]);
    assert!(!jobs[0].contains("erika"), "{}", jobs[0]);
}
