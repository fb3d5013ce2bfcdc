//! Three gateways and three workers over one database and one Redis, behind a proxy as `docs/operations.md` sets it up:
//! they act as one, and any of them may be stopped or die.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;
use gateway::demo::smtp_sink::Orders;
use sea_orm::sqlx;
use serde_json::{Value, json};
use tests::{
    Client, HaProxy, Running, Setup, TestApp,
    citizens::PASSWORD,
    live_times::assert_sound,
    running::{self, Start},
};

const SIGN_IN: &str =
    "mutation($input: SignInInput!) { signIn(input: $input) { account { email } } }";
const VIEWER: &str = "{ viewer { signedIn } }";
const SIGN_OUT: &str = "mutation { signOut { signedOut } }";

async fn town_hall() -> TestApp {
    Setup::new().at_real_time(running::now_millis()).start().await
}

async fn gateways(app: &TestApp, settings: &[(&str, &str)]) -> Vec<Running> {
    join_all((0..3).map(|_| app.run_program("serve", settings))).await
}

fn behind_a_proxy(gateways: &[Running]) -> (HaProxy, Client) {
    let proxy = HaProxy::start(&gateways.iter().map(|one| one.port).collect::<Vec<_>>());
    let client = Client::at(proxy.port());
    (proxy, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_at_one_gateway_is_known_at_all() {
    let app = town_hall().await;
    let town = &app.haltern;
    app.citizen(town, "erika@example.org", Some(PASSWORD)).await;
    let gateways = gateways(&app, &[]).await;
    let clients: Vec<Client> = gateways.iter().map(|one| Client::at(one.port)).collect();
    let input = json!({ "input": { "email": "erika@example.org", "password": PASSWORD } });
    let answer = clients[0].request(town, SIGN_IN, &input).send().await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("a cookie").to_owned();
    let cookie = cookie.split(';').next().expect("a session").to_owned();
    let ask = async |client: &Client, query: &str| -> Value {
        let request = client.request(town, query, &json!({})).header("cookie", &cookie);
        let request = request.header("origin", format!("http://{}", town.host));
        request.send().await.expect("an answer").json().await.expect("JSON")
    };
    for client in &clients {
        assert_eq!(ask(client, VIEWER).await["data"]["viewer"]["signedIn"], true);
    }
    ask(&clients[2], SIGN_OUT).await;
    for client in &clients {
        assert_eq!(ask(client, VIEWER).await["data"]["viewer"]["signedIn"], false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_counts_once_over_all_gateways() {
    let app = town_hall().await;
    let town = &app.haltern;
    let gateways = gateways(&app, &[("STADTTERMIN_LIMITS__READ", "20")]).await;
    let (_proxy, client) = behind_a_proxy(&gateways);
    // The first one at each brings its connection to Redis. Where that takes too long on a busy machine, a gateway counts for
    // itself for a second.
    for gateway in &gateways {
        Client::at(gateway.port).graphql(town, "{ services { id } }", json!({})).await;
    }
    tokio::time::sleep(Duration::from_millis(1500)).await;
    // quickly: what a minute allows is given back with the next
    let mut passed = gateways.len();
    for _ in 0..10 {
        let asked = (0..6).map(|_| client.graphql(town, "{ services { id } }", json!({})));
        passed +=
            join_all(asked).await.iter().filter(|answer| answer.get("errors").is_none()).count();
    }
    // a minute that ends meanwhile gives back a few; each gateway for itself would let nearly all sixty pass
    assert!((20..=30).contains(&passed), "{passed} passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rush_over_three_gateways_sells_each_place_once() {
    let app = town_hall().await;
    let town = &app.haltern;
    let gateways = gateways(&app, &[]).await;
    let clients: Vec<Client> = gateways.iter().map(|one| Client::at(one.port)).collect();
    let (service, starts) = clients[0].free_starts(town).await;
    for start in starts.iter().step_by(11).take(3) {
        let wishes = (0..90).map(|n| clients[n % 3].hold(town, &service, start));
        let mut seen: HashMap<String, usize> = HashMap::new();
        for answer in join_all(wishes).await {
            let word = answer.expect("an answer").map_or_else(|code| code, |_| "won".to_owned());
            *seen.entry(word).or_default() += 1;
        }
        let sql = app.database.superuser_sql().await;
        let held: i64 = sqlx::query_scalar("SELECT count(*) FROM live_time WHERE starts_at = $1::text::timestamptz AND location_id = $2::text::uuid")
            .bind(start.1.as_str())
            .bind(start.0.as_str())
            .fetch_one(&sql)
            .await
            .expect("a number");
        assert!(held >= 1);
        assert_eq!(seen.get("won"), Some(&usize::try_from(held).expect("few")), "{seen:?}");
        let usual = ["won", "SLOT_TAKEN", "BUSY"];
        assert!(seen.keys().all(|word| usual.contains(&word.as_str())), "{seen:?}");
    }
    assert_sound(&app.database.superuser_sql().await).await;
}

/// What some clients did until they were told to stop.
#[derive(Debug, Default)]
pub(crate) struct Load {
    booked: Mutex<Vec<String>>,
    failures: Mutex<Vec<(Instant, String)>>,
    requests: AtomicUsize,
    busy: AtomicUsize,
    enough: AtomicBool,
    pause: Duration,
}

impl Load {
    /// Clients that wait for so long after each errand, so that free times last longer.
    pub(crate) fn with_pauses(pause: Duration) -> Self {
        Self { pause, ..Self::default() }
    }

    /// Books, again and again, each client starts of its own.
    pub(crate) async fn run(
        &self,
        app: &TestApp,
        client: &Client,
        service: &Value,
        starts: &[Start],
    ) {
        const CLIENTS: usize = 8;
        let one = |number: usize| async move {
            for start in starts.iter().skip(number).step_by(CLIENTS).cycle() {
                if self.enough.load(Ordering::Relaxed) {
                    return;
                }
                self.requests.fetch_add(2, Ordering::Relaxed);
                self.visit(app, client, service, start).await;
                tokio::time::sleep(self.pause).await;
            }
        };
        join_all((0..CLIENTS).map(one)).await;
    }

    async fn visit(&self, app: &TestApp, client: &Client, service: &Value, start: &Start) {
        let town = &app.haltern;
        let failed = |problem: String| {
            self.failures.lock().expect("the list").push((Instant::now(), problem));
        };
        let busy = || {
            self.busy.fetch_add(1, Ordering::Relaxed);
        };
        let token = match client.hold(town, service, start).await {
            Ok(Ok(token)) => token,
            Ok(Err(code)) if code == "SLOT_TAKEN" => return,
            Ok(Err(code)) if code == "BUSY" => return busy(),
            Ok(Err(problem)) | Err(problem) => return failed(problem),
        };
        match client.book(town, &token).await {
            Ok(Ok(reference)) => self.booked.lock().expect("the list").push(reference),
            Ok(Err(code)) if code == "BUSY" => busy(),
            Ok(Err(problem)) | Err(problem) => failed(problem),
        }
    }

    pub(crate) async fn until_booked(&self, count: usize) {
        let deadline = Instant::now() + Duration::from_mins(1);
        while self.booked.lock().expect("the list").len() < count {
            assert!(Instant::now() < deadline, "{count} are not reached: {self:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// How often somebody was asked to try again.
    pub(crate) fn busy(&self) -> usize {
        self.busy.load(Ordering::Relaxed)
    }

    pub(crate) fn stop(&self) {
        self.enough.store(true, Ordering::Relaxed);
    }

    pub(crate) fn references(&self) -> Vec<String> {
        self.booked.lock().expect("the list").clone()
    }

    pub(crate) fn failures(&self) -> Vec<(Instant, String)> {
        self.failures.lock().expect("the list").clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn gateways_are_replaced_one_by_one_and_no_request_fails() {
    let app = town_hall().await;
    let settings = [("STADTTERMIN_SERVER__DRAIN_SECONDS", "3")];
    let mut gateways = gateways(&app, &settings).await;
    let workers = join_all((0..3).map(|_| app.run_program("worker", &[]))).await;
    let (_proxy, client) = behind_a_proxy(&gateways);
    let (service, starts) = client.free_starts(&app.haltern).await;
    let load = Load::default();
    let replacing = async {
        load.until_booked(5).await;
        for gateway in &mut gateways {
            gateway.ask_to_stop();
            let mut said = gateway.status("/readyz").await;
            while said == Some(200) {
                tokio::time::sleep(Duration::from_millis(20)).await;
                said = gateway.status("/readyz").await;
            }
            assert_eq!(said, Some(503), "it serves and says it will go");
            assert!(gateway.ended(Duration::from_secs(20)).await.success(), "{}", gateway.log());
            *gateway = app.run_program_at(gateway.port, "serve", &settings).await;
            // until the proxy has seen it
            tokio::time::sleep(Duration::from_millis(1500)).await;
        }
        load.stop();
    };
    futures::join!(load.run(&app, &client, &service, &starts), replacing);
    let requests = load.requests.load(Ordering::Relaxed);
    assert!(load.failures().is_empty(), "of {requests} requests: {:?}", load.failures());
    assert!(requests > 100, "{requests}");
    app.each_message_once(&load.references()).await;
    drop(workers);
    assert_sound(&app.database.superuser_sql().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dies_takes_nothing_with_it_but_what_was_under_way() {
    const HELD: usize = 8;
    let app = town_hall().await;
    let mut gateways = gateways(&app, &[]).await;
    let (_proxy, client) = behind_a_proxy(&gateways);
    let (service, starts) = client.free_starts(&app.haltern).await;
    // the first worker is alone with a relay that takes its time, so that it holds mails when it dies
    app.order_mails(HELD, Orders::Delay(Duration::from_mins(10)));
    let mut first = app.run_program("worker", &[]).await;
    let load = Load::default();
    let mut died = Instant::now();
    let mut stranded = 0_i64;
    let killing = async {
        load.until_booked(20).await;
        let sql = app.database.superuser_sql().await;
        let leased = "SELECT count(*) FROM job WHERE lease_until IS NOT NULL";
        // until the relay has every mail that is leased: one still on its way when the worker dies would be taken, and
        // sent again
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            stranded = sqlx::query_scalar(leased).fetch_one(&sql).await.expect("a number");
            let held = HELD - app.mail_orders_left();
            if stranded > 0 && usize::try_from(stranded) == Ok(held) {
                break;
            }
            assert!(Instant::now() < deadline, "{stranded} leased, {held} held");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        died = Instant::now();
        gateways[0].kill();
        first.kill();
        app.relay_recovers();
        let others = join_all((0..2).map(|_| app.run_program("worker", &[]))).await;
        tokio::time::sleep(Duration::from_secs(4)).await;
        load.stop();
        others
    };
    let ((), others) = futures::join!(load.run(&app, &client, &service, &starts), killing);
    let failures = load.failures();
    assert!(failures.len() <= 8, "one of each client at most: {failures:?}");
    let late: Vec<_> =
        failures.iter().filter(|(at, _)| *at > died + Duration::from_secs(2)).collect();
    assert!(late.is_empty(), "the others serve: {late:?}");
    assert!(stranded > 0);

    let sql = app.database.superuser_sql().await;
    let references = load.references();
    let kept: i64 =
        sqlx::query_scalar("SELECT count(*) FROM appointment WHERE reference = ANY ($1)")
            .bind(&references)
            .fetch_one(&sql)
            .await
            .expect("a number");
    assert_eq!(kept, i64::try_from(references.len()).expect("few"), "acknowledged and lost");
    assert_sound(&sql).await;

    // leases of the dead worker run out after 20 seconds, then the others send what it held: nothing was accepted before
    let mails = |reference: &String| {
        let sent = app.outbox().into_iter();
        sent.filter(|sent| sent.channel == "mail" && sent.text.contains(reference)).count()
    };
    let deadline = Instant::now() + Duration::from_mins(1);
    while references.iter().any(|one| mails(one) < 2) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let counts: Vec<usize> = references.iter().map(mails).collect();
    assert!(counts.iter().all(|count| *count == 2), "two mails each: {counts:?}");
    drop(others);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_workers_send_each_message_once() {
    let app = town_hall().await;
    let gateway = app.run_program("serve", &[]).await;
    let _workers = join_all((0..3).map(|_| app.run_program("worker", &[]))).await;
    let (client, town) = (Client::at(gateway.port), &app.haltern);
    let (service, starts) = client.free_starts(town).await;
    let book = async |start: &Start| {
        let token = client.hold(town, &service, start).await.expect("an answer").ok()?;
        client.book(town, &token).await.expect("an answer").ok()
    };
    let references: Vec<String> =
        join_all(starts.iter().take(60).map(book)).await.into_iter().flatten().collect();
    assert!(references.len() > 30, "{}", references.len());
    app.each_message_once(&references).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_to_stop_answers_what_it_has_begun() {
    let app = town_hall().await;
    let town = &app.haltern;
    let mut gateway = app.run_program("serve", &[]).await;
    let client = Client::at(gateway.port);
    let (service, starts) = client.free_starts(town).await;
    let sql = app.database.superuser_sql().await;
    let mut tx = sql.begin().await.expect("a transaction");
    sqlx::query("LOCK TABLE live_time IN EXCLUSIVE MODE").execute(&mut *tx).await.expect("locked");
    let under_way = async {
        let wishes = starts.iter().take(6).map(|start| client.hold(town, &service, start));
        join_all(wishes).await
    };
    let stopping = async {
        crate::race::until_somebody_waits(&sql).await;
        gateway.ask_to_stop();
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(gateway.status("/readyz").await, None, "it takes no new connections");
        tx.commit().await.expect("given back");
        gateway.ended(Duration::from_secs(20)).await
    };
    let (answers, status) = futures::join!(under_way, stopping);
    assert!(status.success(), "{}", gateway.log());
    for answer in answers {
        let answer = answer.expect("an answer of the one that stops");
        let code = answer.err().unwrap_or_default();
        assert!(["", "SLOT_TAKEN", "BUSY"].contains(&code.as_str()), "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_to_stop_ends_what_it_holds() {
    let app = town_hall().await;
    let gateway = app.run_program("serve", &[]).await;
    let (client, town) = (Client::at(gateway.port), &app.haltern);
    let (service, starts) = client.free_starts(town).await;
    app.order_mails(2, Orders::Delay(Duration::from_secs(2)));
    let mut worker = app.run_program("worker", &[]).await;
    let token = client.hold(town, &service, &starts[0]).await.expect("an answer").expect("held");
    let reference = client.book(town, &token).await.expect("an answer").expect("booked");
    let sql = app.database.superuser_sql().await;
    let leased = async || -> i64 {
        let count = "SELECT count(*) FROM job WHERE lease_until IS NOT NULL";
        sqlx::query_scalar(count).fetch_one(&sql).await.expect("a number")
    };
    while leased().await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    worker.ask_to_stop();
    assert!(worker.ended(Duration::from_secs(20)).await.success(), "{}", worker.log());
    assert_eq!(leased().await, 0, "nobody has to wait for a lease to run out");
    // what it had not begun is somebody else's, at once
    let _next = app.run_program("worker", &[]).await;
    app.each_message_once(&[reference]).await;
}
