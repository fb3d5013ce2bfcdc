//! What every public service must say about itself: privacy notice, imprint, accessibility.

use axum::response::Response;
use http::StatusCode;
use kernel::{Locale, spoken};
use privacy::{
    Notice, VersionLine,
    recipients::{self, Change, Kind},
};
use tenant::{Controller, Land, Recipient, RecipientRole};

use crate::{
    caller::Caller,
    draft,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
    texts::texts,
};

#[derive(askama::Template)]
#[template(path = "notice.html")]
pub(crate) struct NoticePage {
    pub page: Page,
    pub notice: Notice,
    pub effective_from: String,
    /// Changes of recipients that will come into force, in words.
    pub announced: Vec<String>,
    /// Whether a newer version is in force.
    pub is_old: bool,
    /// All versions, the newest first.
    pub versions: Vec<NoticeVersion>,
    /// The same version in Leichte Sprache; empty when it is read in it.
    pub easy: String,
    /// The same version in everyday language; empty when it is read in it.
    pub plain: String,
    /// Back to the booking that is being made.
    pub back: String,
    /// Whether one's objection to being counted can be kept: there is a session.
    pub can_object: bool,
    /// Whether it is kept.
    pub objects: bool,
}

/// A version of the notice in the list of all.
#[derive(Debug, Clone)]
pub(crate) struct NoticeVersion {
    pub number: i32,
    pub since: String,
    /// SHA-256 in hexadecimal digits.
    pub hash: String,
}

#[derive(askama::Template)]
#[template(path = "imprint.html")]
pub(crate) struct ImprintPage {
    pub page: Page,
    pub controller: Controller,
    pub phone: String,
    pub website: String,
    pub operators: Vec<Recipient>,
}

#[derive(askama::Template)]
#[template(path = "accessibility.html")]
pub(crate) struct AccessibilityPage {
    pub page: Page,
    pub controller: Controller,
    pub phone: String,
    /// Law and bodies of North Rhine-Westphalia can be named; elsewhere the federal ones.
    pub is_nrw: bool,
}

/// `GET /datenschutz`
pub(crate) async fn notice(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    // `version` is what links said before
    let wanted = match [fields.one("fassung"), fields.one("version")].concat().as_str() {
        "" => None,
        number => Some(number.parse().map_err(|_| Refusal::NotFound)?),
    };
    let is_easy = fields.one("sprache") == EASY;
    let (ctx, town) = (caller.ctx(), caller.town());
    let locale = if is_easy { Locale::DeLeicht } else { ctx.locale() };
    let tx = caller.portal.db.begin(ctx).await?;
    let notice = privacy::notice(ctx, &tx, locale, wanted).await?;
    let versions = privacy::versions(ctx, &tx).await?;
    let coming = recipients::coming(ctx, &tx).await?;
    tx.commit().await?;
    let notice = notice.ok_or(Refusal::NotFound)?;
    let page = caller.page();
    let number = notice.version;
    // versions from before there was Leichte Sprache have none
    let in_easy = notice.locale == Locale::DeLeicht;
    let view = NoticePage {
        versions: versions.iter().map(|line| NoticeVersion::new(&page, line)).collect(),
        easy: if in_easy {
            String::new()
        } else {
            format!("/datenschutz?fassung={number}&sprache={EASY}")
        },
        plain: if in_easy { format!("/datenschutz?fassung={number}") } else { String::new() },
        effective_from: spoken::date(notice.effective_from, page.locale),
        announced: coming.iter().map(|change| announced(&page, change)).collect(),
        is_old: notice.version != town.notice_version,
        back: way_back(&caller, &fields),
        can_object: caller.data().is_some(),
        objects: caller.data().is_some_and(|data| data.is_uncounted),
        notice,
        page: page.clone().titled(page.t("footer-privacy")),
    };
    Ok(show(&view, ctx.locale(), StatusCode::OK, Shown::Public))
}

/// "Ab dem 15. Januar 2027 erhält … Daten". It is no part of the version in force, which changes on that day only.
fn announced(page: &Page, change: &Change) -> String {
    let what = &change.what;
    let day = spoken::date(what.effective_on, page.locale);
    let address = format!("{}, {}, {} {}", what.name, what.street, what.postal_code, what.city);
    match what.kind {
        Kind::Add => {
            let about = [
                ("day", day.as_str()),
                ("who", &address),
                ("purpose", &what.purpose),
                ("place", &what.place),
            ];
            texts().say_with(page.locale, "notice-announced-add", &about)
        }
        Kind::Remove => page.t2("notice-announced-remove", ("day", &day), ("who", &address)),
    }
}

/// `POST /datenschutz/zaehlen`: objects to being counted (Art. 21 GDPR), or takes the objection back. It is a setting of the
/// session that is there; none begins for it, since that would take a cookie.
pub(crate) async fn object(mut caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    if caller.known()?.is_none() {
        return Ok(go("/datenschutz"));
    }
    let objects = fields.one("zaehlen") == "nein";
    let kept = caller.remember(|data| data.is_uncounted = objects).await?;
    Ok(kept.on(go("/datenschutz")))
}

/// What the address says for Leichte Sprache. It needs no session, as the site's own languages do.
const EASY: &str = "leicht";

impl NoticeVersion {
    fn new(page: &Page, line: &VersionLine) -> Self {
        let hash = db::signature::hex(&line.hash);
        Self { number: line.version, since: spoken::date(line.effective_from, page.locale), hash }
    }
}

/// The step that the person came from; nothing when the session does not know the draft.
fn way_back(caller: &Caller, fields: &Fields) -> String {
    let Some(found) = draft::find(caller, fields) else { return String::new() };
    let step = if fields.one("zurueck") == "angaben" { "angaben" } else { "pruefen" };
    format!("/{step}?entwurf={}", found.id)
}

/// `GET /impressum`
pub(crate) async fn imprint(caller: Caller) -> Response {
    let town = caller.town();
    let page = caller.page();
    let operators =
        town.recipients.iter().filter(|recipient| recipient.role == RecipientRole::Operator);
    let view = ImprintPage {
        controller: town.controller.clone(),
        phone: town.settings.phone.clone(),
        website: town.settings.website.clone(),
        operators: operators.cloned().collect(),
        page: page.clone().titled(page.t("footer-imprint")),
    };
    show(&view, caller.ctx().locale(), StatusCode::OK, Shown::Public)
}

/// `GET /barrierefreiheit`
pub(crate) async fn accessibility(caller: Caller) -> Response {
    let town = caller.town();
    let page = caller.page();
    let view = AccessibilityPage {
        controller: town.controller.clone(),
        phone: town.settings.phone.clone(),
        is_nrw: town.settings.land == Land::NW,
        page: page.clone().titled(page.t("footer-accessibility")),
    };
    show(&view, caller.ctx().locale(), StatusCode::OK, Shown::Public)
}
