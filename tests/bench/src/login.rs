//! `login`: signing in with a password. Nearly all of it is argon2, which shall stay all that one waits for; and a storm of
//! sign-ins shall not keep people from booking.

use std::{
    fmt::Write,
    num::NonZero,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::{
    arena::{Arena, Contestant},
    booking::{boxed, present, quotients},
    data::{self, Data},
    errands::{Booker, Dice, Wish},
    figures::{Figures, median},
    load::{self, Heard, Visitor},
    report::Row,
    wire,
};

const PASSWORD: &str = "drei Pferde am Silbersee";
/// People who sign in.
const ACCOUNTS: usize = 16;
/// Clients that sign in at the same time.
const STORM: usize = 16;
/// Connections that book meanwhile.
const BOOKING: usize = 2;
/// Comparisons before it is counted.
const WARM: usize = 3;

pub(crate) async fn login(arena: &Arena, data: &mut Data) -> Result<Vec<Row>> {
    let database = "bench_login";
    data.copy(arena, present(arena), database)?;
    let offer = data::offer(arena, database, "t[0-9]")?;
    let stored = stored()?;
    register(arena, database, &stored)?;
    let server = arena.program.serve(&arena.postgres, database).await?;
    let signer = |number| boxed(Signer::new(number));
    // as many comparisons at a time as the service allows itself
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let alone = Contestant::Comparisons { stored: &stored, threads: (processors / 2).max(1) };
    let signing = Contestant::Service { server: &server, clients: STORM, visitor: &signer };
    let rounds = arena.alternate(&[alone, signing]).await?;
    let [limit, product] = rounds.as_slice() else { bail!("two contestants") };
    let mut whole = Row::new("login", format!("{STORM} connections, L argon2 alone"));
    whole.compare("L", 0.95, &quotients(product, limit));
    let (limit, product) = (Figures::median(limit), Figures::median(product));
    whole.goal("no failures", product.failed == 0);
    (whole.limit, whole.product) = (Some(limit), Some(product));

    let booker = |number| boxed(Booker::new(number, offer.clone(), Wish::Random, true));
    let booking = Contestant::Service { server: &server, clients: BOOKING, visitor: &booker };
    let (mut calm, mut stormy, mut slower, mut signed_in) = (vec![], vec![], vec![], vec![]);
    for _ in 0..arena.pace.rounds {
        let idle = arena.measure(&booking, arena.span()).await?;
        let storm = (0..STORM).map(signer).collect();
        let storm = load::closed_loop(&server.address, storm, arena.span());
        let (busy, storm) = tokio::join!(arena.measure(&booking, arena.span()), storm);
        let (busy, storm) = (busy?, storm?);
        slower.push(busy.p95 / idle.p95);
        signed_in.push(storm.rate);
        calm.push(idle);
        stormy.push(busy);
    }
    let mut row = Row::new(
        "login",
        format!("`book` on {BOOKING} connections while {STORM} sign in, L without them"),
    );
    let times = median(slower);
    row.goal(format!("p95 ≤ 2 × idle ({times:.1})"), times <= 2.0);
    let (calm, stormy) = (Figures::median(&calm), Figures::median(&stormy));
    row.goal("no failures", stormy.failed == 0);
    row.notes.push(format!("{:.0} sign-ins/s meanwhile", median(signed_in)));
    (row.limit, row.product) = (Some(calm), Some(stormy));
    drop(server);
    arena.postgres.drop(database)?;
    Ok(vec![whole, row])
}

/// Accounts whose password is known. An account begins with a code from a mail, and nobody reads mails here: the operator
/// invites people, and what they would have done is written by hand.
fn register(arena: &Arena, database: &str, stored: &str) -> Result<()> {
    for number in 0..ACCOUNTS {
        let email = address(number);
        let person = ["--first-name", "Erika", "--last-name", "Muster", "--role", "clerk"];
        let arguments = ["person", "invite", "--tenant", "t01", "--email", &email];
        arena.program.own(&arena.postgres, database, &[&arguments[..], &person].concat())?;
    }
    let done = format!("UPDATE account SET kind = 'citizen', password = '{stored}'");
    arena.postgres.run(database, &done)?;
    Ok(())
}

fn address(number: usize) -> String {
    format!("erika{number}@example.org")
}

/// OWASP's parameters, which are the service's (`crates/identity/src/password.rs`) and stand in the hash itself.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

fn stored() -> Result<String> {
    let hash = argon2().hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]);
    Ok(hash.map_err(|error| anyhow::anyhow!("argon2: {error}"))?.to_string())
}

/// Compares the password again and again, on so many threads, and does nothing else.
pub(crate) async fn comparisons(stored: &str, threads: usize, span: Duration) -> Result<Figures> {
    let stored: Arc<str> = stored.into();
    let running: Vec<_> = (0..threads)
        .map(|_| {
            let stored = stored.clone();
            tokio::task::spawn_blocking(move || compare(&stored, span))
        })
        .collect();
    let mut micros = Vec::new();
    for thread in running {
        micros.extend(thread.await??);
    }
    Ok(Figures::of(micros, span))
}

fn compare(stored: &str, span: Duration) -> Result<Vec<u32>> {
    let stored = PasswordHash::new(stored).ok().context("a stored password")?;
    let once = || {
        let begun = Instant::now();
        let same = argon2().verify_password(PASSWORD.as_bytes(), &stored).is_ok();
        if same { Ok(begun.elapsed()) } else { bail!("the password is not recognised") }
    };
    for _ in 0..WARM {
        once()?;
    }
    let until = Instant::now() + span;
    let mut micros = Vec::new();
    while Instant::now() < until {
        micros.push(u32::try_from(once()?.as_micros()).unwrap_or(u32::MAX));
    }
    Ok(micros)
}

/// Signs in, each time as somebody else and in a new session.
#[derive(Debug)]
struct Signer {
    dice: Dice,
    numbers: Vec<usize>,
    body: String,
}

impl Signer {
    fn new(number: usize) -> Self {
        Self { dice: Dice::new(number), numbers: (0..ACCOUNTS).collect(), body: String::new() }
    }
}

impl Visitor for Signer {
    fn begin(&mut self, request: &mut Vec<u8>) {
        let number = self.dice.pick(&self.numbers).copied().unwrap_or_default();
        self.body.clear();
        let _ = write!(
            self.body,
            r#"{{"query":"mutation($in:SignInInput!){{signIn(input:$in){{account{{id}}}}}}","variables":{{"in":{{"email":"{}","password":"{PASSWORD}"}}}}}}"#,
            address(number)
        );
        wire::graphql("t01.localhost", &self.body, request);
    }

    fn hear(&mut self, answer: &[u8], _: &mut Vec<u8>) -> Result<Heard> {
        if wire::find(answer, b"\"account\":{\"id\":").is_none() {
            bail!("nobody was signed in: {}", String::from_utf8_lossy(answer));
        }
        Ok(Heard::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_does_what_the_service_does() {
        let stored = stored().unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(!compare(&stored, Duration::from_millis(1)).unwrap().is_empty());
    }
}
