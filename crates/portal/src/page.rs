//! The frame around every page: language, title, name and coat of arms, ways to switch the language.

use std::fmt::Display;

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kernel::Locale;
use tenant::Municipality;

use crate::{Visit, assets, texts::texts};

/// What every template knows.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// The language.
    pub locale: Locale,
    /// What the page is called in the window's title.
    pub title: String,
    /// Whether something must be corrected: the window's title says so first.
    pub failed: bool,
    /// Where the language switch comes back to: path and query of a page that can be read.
    pub here: String,
    /// Name and links of the municipality; `None` where there is none.
    pub town: Option<TownHead>,
    /// The other languages.
    pub languages: Vec<Language>,
    /// The form whose typed values the language switch takes along.
    pub form: Option<&'static str>,
    /// The quiet way to one's account: whether somebody is signed in; `None` where there are no accounts.
    pub account: Option<bool>,
    /// Whether the operator has closed the municipality for citizens.
    pub is_suspended: bool,
}

/// What header and footer say about the municipality.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what there is and what is not, independent of each other"
)]
pub(crate) struct TownHead {
    pub name: String,
    pub controller: String,
    pub phone: String,
    pub phone_link: String,
    pub crest: String,
    pub theme: String,
    /// The operator's own realm, which serves no citizens.
    pub is_platform: bool,
    /// Whether the office's people can sign in with the municipality's own sign-in.
    pub openid: bool,
    /// Whether they can sign in with passwords.
    pub passwords: bool,
    pub has_accounts: bool,
}

/// A language that one can switch to.
#[derive(Debug, Clone)]
pub(crate) struct Language {
    pub key: &'static str,
    pub tag: &'static str,
    pub name: &'static str,
}

impl Page {
    /// The frame for a visit.
    pub fn new(visit: &Visit, here: &str) -> Self {
        let locale = visit.ctx.locale();
        let others = visit.town.locales().iter().filter(|other| **other != locale);
        Self {
            locale,
            title: String::new(),
            failed: false,
            here: here.to_owned(),
            town: Some(TownHead::of(&visit.town)),
            languages: others.map(|other| Language::of(*other)).collect(),
            form: None,
            account: None,
            is_suspended: visit.is_suspended,
        }
    }

    /// The frame where there is no municipality.
    pub fn nowhere(locale: Locale) -> Self {
        Self {
            locale,
            title: String::new(),
            failed: false,
            here: String::new(),
            town: None,
            languages: Vec::new(),
            form: None,
            account: None,
            is_suspended: false,
        }
    }

    /// With the way to one's account, if accounts can be had: they live with mails.
    pub fn with_account(mut self, is_signed_in: bool) -> Self {
        self.account =
            self.town.as_ref().is_some_and(|town| town.has_accounts).then_some(is_signed_in);
        self
    }

    /// With a title.
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// With a title that says "error" first.
    pub fn failed(mut self, failed: bool) -> Self {
        self.failed = failed;
        self
    }

    /// With another place for the language switch to come back to.
    pub fn at(mut self, here: impl Into<String>) -> Self {
        self.here = here.into();
        self
    }

    /// With a form whose values the language switch takes along.
    pub fn with_form(mut self, id: &'static str) -> Self {
        self.form = Some(id);
        self
    }

    /// The text for a key.
    pub fn t(&self, key: impl AsRef<str>) -> String {
        texts().say(self.locale, key.as_ref())
    }

    /// The text for a key with one placeholder.
    pub fn t1(&self, key: impl AsRef<str>, name: impl AsRef<str>, value: impl Display) -> String {
        texts().say_with(self.locale, key.as_ref(), &[(name.as_ref(), &value.to_string())])
    }

    /// The text for a key with two placeholders.
    pub fn t2(&self, key: &str, first: (&str, &str), second: (&str, &str)) -> String {
        texts().say_with(self.locale, key, &[first, second])
    }

    /// The value of `lang`.
    pub fn lang(&self) -> &'static str {
        self.locale.tag()
    }

    /// The window's title: "Fehler: Ihre Angaben – Termine – Stadt Haltern am See".
    pub fn full_title(&self) -> String {
        let mut parts = vec![self.title.clone(), self.t("service-name")];
        parts.extend(self.town.as_ref().map(|town| town.name.clone()));
        parts.retain(|part| !part.is_empty());
        let title = parts.join(" – ");
        if self.failed { format!("{} {title}", self.t("title-error")) } else { title }
    }

    /// Whether the office's people can sign in with the municipality's own sign-in.
    pub fn offers_openid(&self) -> bool {
        self.town.as_ref().is_some_and(|town| town.openid)
    }

    /// Whether the office's people can sign in with passwords.
    pub fn offers_passwords(&self) -> bool {
        self.town.as_ref().is_some_and(|town| town.passwords)
    }

    /// The address of an asset.
    #[expect(clippy::unused_self, reason = "templates reach functions through their values")]
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }
}

impl TownHead {
    fn of(town: &Municipality) -> Self {
        Self {
            name: town.name.clone(),
            controller: town.controller.name.clone(),
            phone: town.settings.phone.clone(),
            phone_link: phone_link(&town.settings.phone),
            crest: format!("/wappen-{}.svg", town.revision),
            theme: format!("/theme-{}.css", town.revision),
            is_platform: town.is_platform(),
            openid: town.settings.openid.is_some(),
            passwords: !town.settings.has_no_passwords(),
            has_accounts: notify::can_mail(town),
        }
    }
}

/// A phone number as `tel:` wants it: "02364 933-0" becomes "023649330".
pub(crate) fn phone_link(phone: &str) -> String {
    phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

impl Language {
    fn of(locale: Locale) -> Self {
        Self { key: locale.key(), tag: locale.tag(), name: language_name(locale) }
    }
}

/// What a language calls itself.
pub(crate) fn language_name(locale: Locale) -> &'static str {
    match locale {
        Locale::De => "Deutsch",
        Locale::En => "English",
        Locale::DeLeicht => "Leichte Sprache",
    }
}

/// Who may keep a copy of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Everybody sees the same; asked for anew each time, since free times change.
    Public,
    /// It shows what a person typed or booked: nobody keeps it.
    Personal,
}

/// Renders a page.
pub(crate) fn show(
    view: &impl Template,
    locale: Locale,
    status: StatusCode,
    shown: Shown,
) -> Response {
    let html = match view.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "template failed");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = (status, axum::response::Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
    let keep = if shown == Shown::Personal { "no-store" } else { "private, no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    response
}

/// Sends the browser on by GET, so that a reload repeats nothing.
pub(crate) fn go(address: &str) -> Response {
    let Ok(location) = HeaderValue::try_from(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}
