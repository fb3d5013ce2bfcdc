//! The sweep: every field of the API and every page, tried by everybody. What comes of it is `sweep.txt`, for people who
//! do not read code, and must be what the table of rights (`docs/roles.md`) says.
//!
//! `SWEEP_WRITE=1` writes `sweep.txt` anew; somebody must read what changed.

mod data_protection;
mod duties;
mod elsewhere;
mod entries;
mod pages;
mod rights;
mod world;

use std::{collections::BTreeSet, fmt::Write};

use elsewhere::ELSEWHERE;
use entries::{Ask, Entry};
use kernel::{
    Actor, LocationId,
    policy::{self, Action, Reach},
};
use tests::{Answer, repository};
use world::{Ids, Need, Who, World};

/// All fields of the schema.
fn fields() -> Vec<Entry> {
    [entries::fields(), duties::fields(), data_protection::fields(), rights::fields()].concat()
}

/// All pages of the office.
fn pages() -> Vec<Entry> {
    [pages::pages(), duties::pages(), data_protection::pages(), rights::pages()].concat()
}

/// All pages of citizens' accounts.
fn account_pages() -> Vec<Entry> {
    [pages::account_pages(), rights::account_pages()].concat()
}

/// All pages that are open to everybody.
fn open_pages() -> Vec<Entry> {
    [pages::open_pages(), rights::open_pages()].concat()
}

/// Stands for an id where only its place matters.
const MARK: &str = "§";

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    NotFound,
    Forbidden,
    AskedToSignIn,
}

impl Outcome {
    fn sign(self) -> &'static str {
        match self {
            Self::Done => "ja",
            Self::NotFound => "404",
            Self::Forbidden => "403",
            Self::AskedToSignIn => "->",
        }
    }

    /// `None` is an answer that hides whether it would have been allowed.
    fn of(entry: &Entry, answer: &Answer) -> Option<Self> {
        if let Ask::Api(..) = entry.ask {
            // it says whether there was something to give back
            let nothing = r#"{"data":{"releaseReservation":false}}"#;
            return match answer.code().as_str() {
                "" if answer.text() == nothing => Some(Self::NotFound),
                "" if answer.status.is_success() => Some(Self::Done),
                "NOT_FOUND" => Some(Self::NotFound),
                "FORBIDDEN" => Some(Self::Forbidden),
                "UNAUTHENTICATED" => Some(Self::AskedToSignIn),
                _ => None,
            };
        }
        let to = answer.header("location");
        let asks = to.starts_with("/amt/anmelden") || to.starts_with("/konto/anmelden");
        match answer.status.as_u16() {
            303 if asks => Some(Self::AskedToSignIn),
            // a form that was sent after the session had ended: the sign-in page, with what was typed
            401 => Some(Self::AskedToSignIn),
            200 | 303 => Some(Self::Done),
            404 => Some(Self::NotFound),
            403 => Some(Self::Forbidden),
            // refused for what was typed, after the right was looked at
            409 | 422 if entry.action == Action::OwnAccount => Some(Self::Done),
            _ => None,
        }
    }
}

async fn try_it(world: &World, who: &Who, entry: &Entry, ids: &Ids) -> Answer {
    let address = entry.name.split(' ').nth(1).unwrap_or_default();
    match entry.ask {
        Ask::Api(query, variables) => who.ask(&world.app, query, variables(ids)).await,
        Ask::Page(parts) => {
            let parts = serde_urlencoded::to_string(parts(ids)).expect("pairs of text");
            who.open(&world.app, &format!("{address}?{parts}"), None).await
        }
        Ask::Form(parts) => who.open(&world.app, address, Some(&parts(ids))).await,
    }
}

/// Whether the table of rights lets them do it here. Who reads the calendar at one location reads all of it: hours are no
/// secret. Of the appointments that a draft hits they see those at their own locations only.
fn may(entry: &Entry, actor: &Actor, here: LocationId) -> bool {
    let reach = policy::reach(actor, entry.action);
    // what has no id of a place in its question shows what one may see
    let reads_all = entry.action == Action::ReadCalendar;
    let needs_place = entry.action.has_place() && says_where(entry) && !reads_all;
    if needs_place { reach.includes(here) } else { reach != Reach::Nowhere }
}

/// Whether the question names something of this place.
fn says_where(entry: &Entry) -> bool {
    let known = Ids {
        location: MARK.into(),
        place: MARK.into(),
        counter: MARK.into(),
        appointment: MARK.into(),
        manage: MARK.into(),
        reservation: MARK.into(),
        draft: MARK.into(),
        published: MARK.into(),
        ..Ids::default()
    };
    match entry.ask {
        Ask::Api(_, variables) => variables(&known).to_string().contains(MARK),
        Ask::Page(parts) | Ask::Form(parts) => {
            parts(&known).iter().any(|(_, value)| value.contains(MARK))
        }
    }
}

/// Whether the question names anything at all that another municipality has not.
fn says_what(entry: &Entry) -> bool {
    let ids = Ids {
        service: MARK.into(),
        key: MARK.into(),
        sign_in: MARK.into(),
        person: MARK.into(),
        request: MARK.into(),
        ..Ids::default()
    };
    let named = match entry.ask {
        Ask::Api(_, variables) => variables(&ids).to_string().contains(MARK),
        Ask::Page(parts) | Ask::Form(parts) => {
            parts(&ids).iter().any(|(_, value)| value.contains(MARK))
        }
    };
    named || says_where(entry)
}

/// Whether it is a page of citizens' accounts.
fn is_account(entry: &Entry) -> bool {
    entry.name.contains(" /konto")
}

/// What somebody can tell an answer by. What they have sent themselves (pages repeat their own address) tells nothing.
fn seen(entry: &Entry, answer: &Answer, sent: [&Ids; 2]) -> String {
    if let Ask::Api(..) = entry.ask {
        return format!("{} {}", answer.status, answer.errors_without_request_id());
    }
    // it repeats what was sent, packed
    if answer.status.as_u16() == 401 {
        return answer.status.to_string();
    }
    let id = answer.header("x-request-id");
    let text = format!("{} {} {}", answer.status, answer.header("location"), answer.text());
    sent.into_iter()
        .flat_map(Ids::all)
        .chain([id])
        .fold(text, |text, known| text.replace(known, MARK))
}

/// Tries one entry as one person. Returns what came of it, or what is wrong.
async fn cell(world: &World, who: &Who, entry: &Entry) -> Result<Outcome, String> {
    let ids = world.things(entry.needs).await;
    let answer = try_it(world, who, entry, &ids).await;
    let about = format!("{} as {}", entry.name, who.name);
    let hidden = || format!("{about}: {} {}", answer.status, answer.text());
    let outcome = Outcome::of(entry, &answer).ok_or_else(hidden)?;
    let here = LocationId::parse(&world.location).expect("an id");
    let should = match &who.actor {
        // at home they see their own, and nothing of ours
        None => !says_what(entry) && outcome == Outcome::Done,
        Some(actor) => {
            let is_page = !matches!(entry.ask, Ask::Api(..));
            // pages are for people: programs have none, citizens none of the office's, the office none of theirs
            let has_pages = if is_account(entry) {
                matches!(actor, Actor::Account(_))
            } else {
                matches!(actor, Actor::Staff { .. })
            };
            // what belongs to somebody is there for them alone
            let is_theirs =
                !entry.needs.contains(&Need::Owned) || *actor == Actor::Account(world.owner.id);
            may(entry, actor, here) && (!is_page || has_pages) && is_theirs
        }
    };
    if should != (outcome == Outcome::Done) {
        return Err(format!("{about}: {outcome:?}, but the table says {should}\n{}", hidden()));
    }
    if who.actor.is_none() && says_what(entry) && outcome != Outcome::NotFound {
        return Err(format!("{about}: a neighbour learns that it is there: {outcome:?}"));
    }
    if outcome != Outcome::Done {
        let invented = ids.invented();
        let random = try_it(world, who, entry, &invented).await;
        let sent = [&ids, &invented];
        let (real, random) = (seen(entry, &answer, sent), seen(entry, &random, sent));
        if real != random {
            let at = real.bytes().zip(random.bytes()).take_while(|(a, b)| a == b).count();
            let part = |text: &str| {
                String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(40)..])
                    .chars()
                    .take(160)
                    .collect::<String>()
            };
            let (real, random) = (part(&real), part(&random));
            return Err(format!("{about}: can be told from what never was:\n{real}\n{random}"));
        }
    }
    Ok(outcome)
}

#[tokio::test]
async fn everybody_reaches_what_the_table_of_rights_says_and_nothing_else() {
    let world = World::build().await;
    let (everybody, citizens) = (world.everybody().await, world.citizens().await);
    let mut matrix = head(everybody.iter().chain(&citizens));
    let mut wrong = Vec::new();
    for (title, who, entries) in [
        ("Felder der Schnittstelle", &everybody, fields()),
        ("Seiten des Amts", &everybody, pages()),
        ("Seiten des Kontos", &citizens, account_pages()),
    ] {
        matrix += &table(&world, title, who, entries, &mut wrong).await;
    }
    matrix += "\nSeiten für alle (wer angemeldet ist, spielt keine Rolle)\n";
    for entry in open_pages() {
        for who in &everybody {
            let answer = try_it(&world, who, &entry, &Ids::default()).await;
            let code = answer.status.as_u16();
            let asks = code == 303 && answer.header("location").starts_with("/amt/anmelden?weiter");
            if [401, 403].contains(&code) || code >= 500 || asks {
                wrong.push(format!("{} as {}: {}", entry.name, who.name, answer.status));
            }
        }
        let _ = writeln!(matrix, "{}", entry.name);
    }
    assert!(wrong.is_empty(), "{}\n\n{matrix}", wrong.join("\n"));

    let path = repository::root().join("tests/tests/suite/sweep.txt");
    if std::env::var_os("SWEEP_WRITE").is_some_and(|set| !set.is_empty()) {
        std::fs::write(&path, &matrix).expect("written");
    }
    let agreed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(agreed == matrix, "read what changed, then write it with SWEEP_WRITE=1:\n{matrix}");
}

/// What comes of these entries, one line each.
async fn table(
    world: &World,
    title: &str,
    everybody: &[Who],
    entries: Vec<Entry>,
    wrong: &mut Vec<String>,
) -> String {
    let mut text = format!("\n{}\n", row(title, everybody.iter().map(|who| who.short)));
    for entry in entries {
        let mut cells = Vec::new();
        for who in everybody {
            match cell(world, who, &entry).await {
                Ok(outcome) => cells.push(outcome.sign()),
                Err(problem) => {
                    cells.push("??");
                    wrong.push(problem);
                }
            }
        }
        text += &row(entry.name, cells.into_iter());
        text.push('\n');
    }
    text
}

fn head<'a>(everybody: impl Iterator<Item = &'a Who>) -> String {
    let mut text = String::from(
        "Wer was erreicht. Jede Zeile wurde von allen ausprobiert (tests/tests/suite/sweep.rs).\n\n\
         ja   erlaubt und getan\n\
         403  wird gesagt: dafür fehlt das Recht\n\
         404  für diese Person gibt es das nicht; die Antwort ist dieselbe wie bei einer erfundenen Kennung\n\
         ->   zuerst anmelden\n\n",
    );
    let mut told = BTreeSet::new();
    for who in everybody.filter(|who| told.insert((who.short, who.name))) {
        let _ = writeln!(text, "{:<10} {}", who.short, who.name);
    }
    text
}

fn row<'a>(name: &str, cells: impl Iterator<Item = &'a str>) -> String {
    let mut text = format!("{name:<40}");
    for cell in cells {
        let _ = write!(text, " {cell:<9}");
    }
    text.trim_end().to_owned()
}

/// The fields of a type of the schema.
fn fields_of(kind: &str) -> BTreeSet<String> {
    let sdl = repository::text("schema.graphql");
    let body = sdl.split_once(&format!("\ntype {kind} {{")).expect(kind).1;
    let body = body.split_once("\n}").expect(kind).0;
    let mut found = BTreeSet::new();
    // descriptions stand between three quotation marks; what is left are fields
    for piece in body.split("\"\"\"").step_by(2) {
        for line in piece.lines().filter(|line| line.contains(':')) {
            let name = line.trim().chars().take_while(char::is_ascii_alphanumeric).collect();
            found.insert(name);
        }
    }
    found
}

/// Method and address of every page, read from the two tables that the router is built of.
fn routes() -> BTreeSet<String> {
    let read = |path| {
        let source = repository::text(path);
        source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
    };
    let accounts = read("crates/portal/src/account/mod.rs")
        .replace("route(HOME,", "route(\"/konto\",")
        .replace("route(SIGN_IN,", "route(\"/konto/anmelden\",");
    let source = read("crates/portal/src/routes.rs") + &accounts;
    let mut found = BTreeSet::new();
    for piece in source.split(".route(").skip(1) {
        let address = piece.split('"').nth(1).expect("an address");
        for (handler, method) in [("get(", "GET"), ("post(", "POST")] {
            // a form's address opened by hand leads to the start
            let used = piece.replace("get(begin)", "").replace("get(home)", "").contains(handler);
            if used {
                found.insert(format!("{method} {address}"));
            }
        }
    }
    found
}

/// What differs between what there is and what is tried.
fn missing(there: &BTreeSet<String>, tried: &BTreeSet<String>) -> Vec<String> {
    let untried = there.difference(tried).map(|name| format!("{name} has no entry in the sweep"));
    let gone = tried.difference(there).map(|name| format!("{name} is not there any more"));
    untried.chain(gone).collect()
}

fn names(entries: Vec<Entry>) -> BTreeSet<String> {
    entries.into_iter().map(|entry| entry.name.to_owned()).collect()
}

/// The fields that the sweep tries, with foreign ids too.
pub(crate) fn tries(field: &str) -> bool {
    names(fields()).contains(field) || ELSEWHERE.iter().any(|(name, _)| *name == field)
}

/// What other suites try, as far as it is of this kind.
fn elsewhere(is_page: bool) -> impl Iterator<Item = String> {
    let all = ELSEWHERE.iter().map(|(name, _)| (*name).to_owned());
    all.filter(move |name| name.contains(' ') == is_page)
}

#[test]
fn what_is_tried_elsewhere_really_occurs_there() {
    for (name, suite) in ELSEWHERE {
        let asked = name.split(' ').next_back().unwrap_or_default();
        let text = repository::text(&format!("tests/tests/suite/{suite}.rs"));
        assert!(text.contains(asked), "{name} does not occur in {suite}.rs");
    }
}

#[test]
fn every_field_and_every_page_has_an_entry() {
    let mut there = fields_of("Query");
    there.extend(fields_of("Mutation"));
    assert!(there.len() > 30, "the schema is read: {there:?}");
    let mut tried = names(fields());
    tried.extend(elsewhere(false));
    assert_eq!(missing(&there, &tried), Vec::<String>::new());
    // and the test sees a field that nobody tries
    there.insert("launchRockets".to_owned());
    assert_eq!(missing(&there, &tried).len(), 1);

    let mut tried = names(pages());
    tried.extend(names(account_pages()));
    tried.extend(names(open_pages()));
    tried.extend(elsewhere(true));
    let there = routes();
    assert!(there.len() > 40, "the routes are read: {there:?}");
    assert_eq!(missing(&there, &tried), Vec::<String>::new());
}
