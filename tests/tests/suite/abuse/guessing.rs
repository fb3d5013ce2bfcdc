//! Whoever guesses passwords, and the people whose accounts they want.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
};

use chrono::TimeDelta;
use futures::{StreamExt, stream};
use identity::LimitSettings;
use kernel::ErrorCode;
use tests::{PASSWORD, Setup, TestApp};

/// The office, or the home of the person whose account it is.
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));
/// Where they are today.
const TRAIN: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 77));

async fn guarded() -> TestApp {
    Setup::new().limits(LimitSettings::default()).start().await
}

/// One of many networks.
fn elsewhere(number: u8) -> IpAddr {
    IpAddr::from([100, 64, number, 1])
}

/// How often each answer came.
type Answers = BTreeMap<String, usize>;

/// Many tries, some at the same time.
async fn storm<F: Future<Output = Result<(), ErrorCode>>>(
    tries: impl IntoIterator<Item = F>,
) -> Answers {
    let answers: Vec<_> = stream::iter(tries).buffer_unordered(8).collect().await;
    let mut counted = Answers::new();
    for answer in answers {
        let name = answer.map_or_else(|code| code.wire().to_owned(), |()| "in".to_owned());
        *counted.entry(name).or_default() += 1;
    }
    counted
}

fn wrong(answers: &Answers) -> usize {
    answers.get("UNAUTHENTICATED").copied().unwrap_or_default()
}

#[tokio::test]
async fn many_passwords_from_one_address() {
    let app = guarded().await;
    let (town, clerk) = (&app.haltern, app.clerks(&app.haltern, 1).await.swap_remove(0));
    let passwords: Vec<_> = (0..60).map(|n| format!("Passwort {n}")).collect();
    let tries = passwords.iter().map(|guess| app.try_password(town, elsewhere(0), &clerk, guess));
    let answers = storm(tries).await;
    assert_eq!(wrong(&answers), 5, "{answers:?}");
    assert_eq!(answers["RATE_LIMITED"], 55);

    // a guess that is right gains nothing now, not from the neighbour's address either
    let neighbour = IpAddr::from([100, 64, 0, 200]);
    for from in [elsewhere(0), neighbour] {
        let late = app.try_password(town, from, &clerk, PASSWORD).await;
        assert_eq!(late, Err(ErrorCode::RateLimited));
    }
    // the person is somewhere else
    assert_eq!(app.try_password(town, TRAIN, &clerk, PASSWORD).await, Ok(()));
    assert_eq!(app.ask_for_code(town, elsewhere(0), &clerk.profile.email).await, Ok(()));
    app.advance(TimeDelta::minutes(30));
    assert_eq!(app.try_password(town, elsewhere(0), &clerk, PASSWORD).await, Ok(()));
}

#[tokio::test]
async fn one_account_from_many_addresses() {
    let app = guarded().await;
    let (town, clerk) = (&app.haltern, app.clerks(&app.haltern, 1).await.swap_remove(0));
    assert_eq!(app.try_password(town, HOME, &clerk, PASSWORD).await, Ok(()));
    app.advance(TimeDelta::days(6));

    let tries = (0..60).map(|n| app.try_password(town, elsewhere(n), &clerk, "Sommer2026!"));
    let answers = storm(tries).await;
    assert_eq!(wrong(&answers), 30, "{answers:?}");

    // Where they usually are, the attack does not keep them out: by the password,
    assert_eq!(app.try_password(town, HOME, &clerk, PASSWORD).await, Ok(()));
    // but there, too, nobody guesses for long.
    let there = storm((0..12).map(|_| app.try_password(town, HOME, &clerk, "Winter2026!"))).await;
    assert_eq!(wrong(&there), 5, "{there:?}");

    // Elsewhere the password does not help while it goes on; a code by mail does,
    assert_eq!(app.try_password(town, TRAIN, &clerk, PASSWORD).await, Err(ErrorCode::RateLimited));
    assert_eq!(app.ask_for_code(town, TRAIN, &clerk.profile.email).await, Ok(()));
    // and when the attacker uses the codes up as well, it is still there at home.
    let asked = (0..20).map(|n| app.ask_for_code(town, elsewhere(n), &clerk.profile.email));
    assert_eq!(storm(asked).await["in"], 2);
    assert_eq!(
        app.ask_for_code(town, TRAIN, &clerk.profile.email).await,
        Err(ErrorCode::RateLimited)
    );
    assert_eq!(app.ask_for_code(town, HOME, &clerk.profile.email).await, Ok(()));
    let at_home = (0..12).map(|_| app.ask_for_code(town, HOME, &clerk.profile.email));
    assert_eq!(storm(at_home).await["in"], 2, "three mails an hour are enough there, too");
}

#[tokio::test]
async fn one_password_for_many_accounts() {
    let app = guarded().await;
    let (town, clerks) = (&app.haltern, app.clerks(&app.haltern, 50).await);
    assert_eq!(app.try_password(town, HOME, &clerks[49], PASSWORD).await, Ok(()));
    let tries = clerks[..48].iter().map(|clerk| app.try_password(town, HOME, clerk, "Haltern1!"));
    let answers = storm(tries).await;
    assert!((20..=21).contains(&wrong(&answers)), "{answers:?}");

    // an account that is the attacker's own gives them nothing back but what it cost
    assert_eq!(app.try_password(town, HOME, &clerks[49], PASSWORD).await, Ok(()));
    let more = app.try_password(town, HOME, &clerks[0], "Haltern2!").await;
    assert_eq!(more, Err(ErrorCode::RateLimited));
    // who is known here goes on working, and everybody else elsewhere
    assert_eq!(app.try_password(town, HOME, &clerks[49], PASSWORD).await, Ok(()));
    assert_eq!(app.try_password(town, TRAIN, &clerks[0], PASSWORD).await, Ok(()));
    // another municipality's counters are its own
    let theirs = app.clerks(&app.musterstadt, 1).await.swap_remove(0);
    assert_eq!(app.try_password(&app.musterstadt, HOME, &theirs, PASSWORD).await, Ok(()));
}

#[tokio::test]
async fn codes_for_many_addresses_from_one_network() {
    let app = guarded().await;
    let town = &app.haltern;
    let logins: Vec<_> = (0..40).map(|n| format!("{n}@example.org")).collect();
    let asked = logins.iter().map(|login| app.ask_for_code(town, elsewhere(0), login));
    assert_eq!(storm(asked).await["in"], 10);
    assert_eq!(app.ask_for_code(town, TRAIN, &logins[39]).await, Ok(()));
    // what the network was refused has used up nobody's codes
    for _ in 0..2 {
        assert_eq!(app.ask_for_code(town, TRAIN, &logins[39]).await, Ok(()));
    }
    assert_eq!(app.ask_for_code(town, TRAIN, &logins[39]).await, Err(ErrorCode::RateLimited));
}

#[tokio::test]
async fn an_office_that_mistypes_at_eight_is_not_locked_out() {
    let app = guarded().await;
    let (town, clerks) = (&app.haltern, app.clerks(&app.haltern, 30).await);
    // On the first day nobody knows the office. They come within minutes; each mistypes once and then does not.
    let arrive = clerks.iter().map(|clerk| async {
        assert_eq!(
            app.try_password(town, HOME, clerk, "korektes Pferd").await,
            Err(ErrorCode::Unauthenticated)
        );
        assert!(!app.needs_proof(town, HOME, clerk).await, "nobody is taken for a program");
        app.try_password(town, HOME, clerk, PASSWORD).await
    });
    assert_eq!(storm(arrive).await, Answers::from([("in".to_owned(), 30)]));

    // Later it is known: even if all of them mistype before the first one gets in.
    app.advance(TimeDelta::days(3));
    let wrong =
        storm(clerks.iter().map(|clerk| app.try_password(town, HOME, clerk, "korektes Pferd")));
    assert_eq!(wrong.await, Answers::from([("UNAUTHENTICATED".to_owned(), 30)]));
    assert!(!app.needs_proof(town, HOME, &clerks[0]).await);
    let right = storm(clerks.iter().map(|clerk| app.try_password(town, HOME, clerk, PASSWORD)));
    assert_eq!(right.await, Answers::from([("in".to_owned(), 30)]));
}

#[tokio::test]
async fn without_redis_guessing_is_harder_and_the_service_goes_on() {
    for setup in [Setup::new().without_redis(), Setup::new().with_hanging_redis()] {
        let app = setup.limits(LimitSettings::default()).start().await;
        let (town, clerks) = (&app.haltern, app.clerks(&app.haltern, 8).await);
        // a quarter of 5, of 30 (by other networks) and of 20
        let one =
            storm((0..6).map(|_| app.try_password(town, elsewhere(0), &clerks[0], "x"))).await;
        assert_eq!(wrong(&one), 1, "{one:?}");
        let many = (1..20).map(|n| app.try_password(town, elsewhere(n), &clerks[0], "x"));
        let many = storm(many).await;
        assert_eq!(wrong(&many), 6, "{many:?}");
        let sprayed = clerks[1..].iter().map(|clerk| app.try_password(town, HOME, clerk, "x"));
        let sprayed = storm(sprayed).await;
        assert!((5..=6).contains(&wrong(&sprayed)), "{sprayed:?}");
        assert_eq!(app.try_password(town, TRAIN, &clerks[7], PASSWORD).await, Ok(()));
        assert_eq!(app.ask_for_code(town, TRAIN, "a@example.org").await, Ok(()));
        let again = app.ask_for_code(town, TRAIN, "a@example.org").await;
        assert_eq!(again, Err(ErrorCode::RateLimited));
        app.an_appointment(town).await;
    }
}
