//! The mails about an account: those that bring a code, and those that tell what happened to it.

use askama::Template;
use kernel::spoken::date_and_time;
use tenant::Municipality;

use super::letter::Letter;
use crate::{
    account_facts::{AccountFacts, AccountOccasion},
    words::Words,
};

#[derive(Template)]
#[template(path = "account.txt")]
struct Text<'a> {
    t: Words,
    letter: &'a View<'a>,
}

#[derive(Template)]
#[template(path = "account.html")]
struct Html<'a> {
    t: Words,
    letter: &'a View<'a>,
}

struct View<'a> {
    language: &'static str,
    subject: String,
    headline: String,
    greeting: String,
    intro: String,
    /// What else there is to say, a paragraph each.
    lines: Vec<String>,
    /// Where to sign in, when that is what to do.
    sign_in: Option<String>,
    opens: Option<Opens>,
    not_you: String,
    town: &'a Municipality,
    base_url: &'a str,
    call: String,
}

/// What the code opens, and how.
struct Opens {
    /// With the code in the fragment, which browsers keep to themselves.
    link: String,
    label: String,
    page: String,
    /// The code in groups, for typing.
    code: String,
    valid: String,
}

/// Writes the mail.
pub(crate) fn letter(
    town: &Municipality,
    facts: &AccountFacts,
    base_url: &str,
) -> Result<Letter, askama::Error> {
    use AccountOccasion as O;
    let locale = facts.locale;
    let t = Words::for_accounts(locale);
    let Opening { subject, headline, intro, lines } = opening(t, town, facts);
    let page = match facts.occasion {
        O::MyData => "datenschutz/meine-daten/code",
        _ if facts.is_staff => "amt/code",
        _ => "konto/code",
    };
    let folder = if facts.is_staff { "amt" } else { "konto" };
    // Whoever typed the name has not shown that the address is theirs: nobody sends words of their own to strangers.
    let greeting = match facts.occasion {
        O::Register | O::ChangeEmail | O::AlreadyRegistered | O::MyData => {
            t.say("account-greeting-nobody")
        }
        O::Data(_) if facts.name.trim().is_empty() => t.say("account-greeting-nobody"),
        _ => t.say_with("account-greeting", &[("name", &facts.name)]),
    };
    let asks_to_sign_in = matches!(
        facts.occasion,
        O::AlreadyRegistered | O::Unused | O::BreakGlass | O::ContractEnd | O::Recipients
    );
    let view = View {
        language: locale.tag(),
        subject,
        headline,
        greeting,
        intro,
        lines,
        sign_in: asks_to_sign_in.then(|| format!("{base_url}/{folder}/anmelden")),
        opens: opens(t, town, facts, &format!("{base_url}/{page}")),
        not_you: not_you(t, facts.occasion, town),
        town,
        base_url,
        call: t.say_with("account-call", &[("phone", &town.settings.phone)]),
    };
    let text = Text { t, letter: &view }.render()?;
    let html = Html { t, letter: &view }.render()?;
    Ok(Letter { subject: view.subject, text, html })
}

/// How a mail begins.
pub(super) struct Opening {
    pub(super) subject: String,
    pub(super) headline: String,
    pub(super) intro: String,
    pub(super) lines: Vec<String>,
}

fn opening(t: Words, town: &Municipality, facts: &AccountFacts) -> Opening {
    if let AccountOccasion::Data(telling) = facts.occasion {
        return super::data::opening(t, town, telling, &facts.facts);
    }
    let (subject, headline, intro) = first_words(t, facts.occasion, &town.name);
    Opening { subject, headline, intro, lines: Vec::new() }
}

/// Subject, headline and first sentences.
fn first_words(t: Words, occasion: AccountOccasion, town: &str) -> (String, String, String) {
    use AccountOccasion as O;
    let about = [("town", town)];
    match occasion {
        // has words of its own
        O::Data(_) => Default::default(),
        O::MyData => (
            t.say_with("account-subject-my-data", &about),
            t.say("account-headline-my-data"),
            t.say("account-intro-my-data"),
        ),
        O::Register => (
            t.say_with("account-subject-register", &about),
            t.say("account-headline-register"),
            t.say("account-intro-register"),
        ),
        O::SignIn => (
            t.say_with("account-subject-sign-in", &about),
            t.say("account-headline-sign-in"),
            t.say("account-intro-sign-in"),
        ),
        O::ChangeEmail => (
            t.say_with("account-subject-change-email", &about),
            t.say("account-headline-change-email"),
            t.say("account-intro-change-email"),
        ),
        O::Invite => (
            t.say_with("account-subject-invite", &about),
            t.say("account-headline-invite"),
            t.say("account-intro-invite"),
        ),
        O::AlreadyRegistered => (
            t.say_with("account-subject-already-registered", &about),
            t.say("account-headline-already-registered"),
            t.say("account-intro-already-registered"),
        ),
        O::EmailChanged => (
            t.say_with("account-subject-email-changed", &about),
            t.say("account-headline-email-changed"),
            t.say("account-intro-email-changed"),
        ),
        O::PasswordChanged => (
            t.say_with("account-subject-password-changed", &about),
            t.say("account-headline-password-changed"),
            t.say("account-intro-password-changed"),
        ),
        O::FactorChanged => (
            t.say_with("account-subject-factor-changed", &about),
            t.say("account-headline-factor-changed"),
            t.say("account-intro-factor-changed"),
        ),
        O::Deleted => (
            t.say_with("account-subject-deleted", &about),
            t.say("account-headline-deleted"),
            t.say("account-intro-deleted"),
        ),
        O::Unused => (
            t.say_with("account-subject-unused", &about),
            t.say("account-headline-unused"),
            t.say("account-intro-unused"),
        ),
        O::BreakGlass => (
            t.say_with("account-subject-break-glass", &about),
            t.say("account-headline-break-glass"),
            t.say("account-intro-break-glass"),
        ),
        O::ContractEnd => (
            t.say_with("account-subject-contract-end", &about),
            t.say("account-headline-contract-end"),
            t.say("account-intro-contract-end"),
        ),
        O::Recipients => (
            t.say_with("account-subject-recipients", &about),
            t.say("account-headline-recipients"),
            t.say("account-intro-recipients"),
        ),
    }
}

fn opens(t: Words, town: &Municipality, facts: &AccountFacts, page: &str) -> Option<Opens> {
    let label = match facts.occasion {
        AccountOccasion::Register => t.say("account-link-register"),
        AccountOccasion::SignIn => t.say("account-link-sign-in"),
        AccountOccasion::ChangeEmail => t.say("account-link-change-email"),
        AccountOccasion::Invite => t.say("account-link-invite"),
        AccountOccasion::MyData => t.say("account-link-my-data"),
        _ => return None,
    };
    let letters: Vec<char> = facts.code.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    let until = date_and_time(facts.expires_at, town.zone(), facts.locale);
    Some(Opens {
        link: format!("{page}#{}", facts.code),
        label,
        page: page.to_owned(),
        code: groups.join(" "),
        valid: t.say_with("account-valid", &[("when", &until)]),
    })
}

/// What to do for somebody who knows nothing of it.
fn not_you(t: Words, occasion: AccountOccasion, town: &Municipality) -> String {
    use AccountOccasion as O;
    match occasion {
        O::Register | O::ChangeEmail => t.say("account-not-you-code"),
        O::MyData => t.say("account-not-you-my-data"),
        O::Data(telling) if telling.is_for_office() => String::new(),
        O::SignIn => t.say("account-not-you-sign-in"),
        O::Invite => t.say("account-not-you-invite"),
        O::AlreadyRegistered => t.say("account-not-you-nothing"),
        O::Unused => t.say("account-not-you-unused"),
        O::BreakGlass | O::ContractEnd | O::Recipients => t.say("account-not-you-operator"),
        O::EmailChanged | O::PasswordChanged | O::FactorChanged | O::Deleted | O::Data(_) => {
            let who = [("phone", town.settings.phone.as_str()), ("email", &town.controller.email)];
            t.say_with("account-not-you-changed", &who)
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Locale;

    use super::*;
    use crate::mail::fixtures::town;

    const BASE: &str = "https://haltern.example";
    const CODE: &str = "0abc1def2ghj3kmn4pqr5stv6wxy7z89";

    fn facts(occasion: AccountOccasion) -> AccountFacts {
        AccountFacts {
            id: uuid::Uuid::from_u128(7).into(),
            occasion,
            is_staff: matches!(
                occasion,
                AccountOccasion::Invite
                    | AccountOccasion::BreakGlass
                    | AccountOccasion::ContractEnd
                    | AccountOccasion::Recipients
            ),
            name: "Erika Mustermann".to_owned(),
            email: "erika@example.org".to_owned(),
            locale: Locale::De,
            code: CODE.to_owned(),
            expires_at: "2026-12-08T08:15:00Z".parse().unwrap(),
            facts: [
                ("reference", "DS-7K3Q-9M2X"),
                ("kind", "erasure"),
                ("due", "2027-01-08"),
                ("reason", "Wir müssen erst klären, ob die Unterlagen archiviert werden."),
                ("references", "7K3Q-9M2X, 4H8P-2RTW"),
                ("count", "2"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        }
    }

    #[test]
    fn the_letters_read_as_they_should() {
        let town = town();
        let all = AccountOccasion::ALL.map(|occasion| {
            let letter = letter(&town, &facts(occasion), BASE).unwrap();
            format!("Betreff: {}\n\n{}", letter.subject, letter.text)
        });
        insta::assert_snapshot!("account_texts", all.join("\n=====\n"));
        let register = letter(&town, &facts(AccountOccasion::Register), BASE).unwrap();
        insta::assert_snapshot!("account_register_html", register.html);
        let english = AccountFacts { locale: Locale::En, ..facts(AccountOccasion::SignIn) };
        let english = letter(&town, &english, BASE).unwrap();
        insta::assert_snapshot!("account_sign_in_text_en", english.text);
    }

    #[test]
    fn a_code_stands_where_it_opens_something_and_nowhere_else() {
        let town = town();
        for occasion in AccountOccasion::ALL {
            let facts = facts(occasion);
            let folder = match occasion {
                AccountOccasion::MyData => "datenschutz/meine-daten",
                _ if facts.is_staff => "amt",
                _ => "konto",
            };
            let letter = letter(&town, &facts, BASE).unwrap();
            let link = format!("{BASE}/{folder}/code#{CODE}");
            for form in [&letter.text, &letter.html] {
                assert_eq!(form.contains(&link), occasion.brings_code(), "{occasion:?}");
                // in the fragment or in groups, never in a path or a query
                assert_eq!(form.matches(CODE).count(), form.matches(&link).count());
            }
            assert!(!letter.subject.contains(CODE) && !letter.subject.contains("Erika"));
        }
    }

    #[test]
    fn nobody_sends_words_of_their_own_to_a_stranger() {
        use AccountOccasion as O;
        let town = town();
        for occasion in [O::Register, O::ChangeEmail, O::MyData] {
            let mut facts = facts(occasion);
            facts.name = "Gewinnen Sie jetzt auf boese.example".to_owned();
            let letter = letter(&town, &facts, BASE).unwrap();
            for form in [&letter.text, &letter.html] {
                assert!(!form.contains("boese"), "{form}");
            }
        }
    }

    #[test]
    fn nothing_typed_becomes_markup() {
        let mut facts = facts(AccountOccasion::PasswordChanged);
        facts.name = "<img src=x>".to_owned();
        let letter = letter(&town(), &facts, BASE).unwrap();
        assert!(!letter.html.contains("<img"), "{}", letter.html);
    }
}
