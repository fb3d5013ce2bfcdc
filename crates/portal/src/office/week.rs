//! The hours of one counter as a form: its week, and a single day. Like everything here it makes a draft, so that one sees
//! whom a change hits before it happens.

use axum::response::Response;
use chrono::NaiveDate;
use http::StatusCode;
use kernel::{CounterId, Ctx, PublicError, policy::Action, spoken};
use scheduling::{
    Channel, DayEdit, Edits, Error, OpeningHours, OpeningRule, Rhythm, SaveDraft, Week,
};

use super::calendar::{address, status_of};
use crate::{
    caller::Caller,
    error::{Failure, Refusal},
    fields::{Asked, Fields, Sent},
    page::{Page, Shown, go, show},
};

/// Empty rows at the end of the form.
const SPARE: usize = 2;
/// Rows that are read. More than anybody has, fewer than a hostile form could name.
const MOST_ROWS: usize = 60;
/// What cannot be read as a time is no time of any day, so that the check of the hours refuses it in its own words.
const NO_TIME: u32 = 9_999;
const CHANNELS: [(Channel, &str); 3] =
    [(Channel::Online, "online"), (Channel::Phone, "phone"), (Channel::WalkIn, "walk-in")];

#[derive(askama::Template)]
#[template(path = "office_week.html")]
pub(crate) struct WeekPage {
    pub page: Page,
    pub counter: String,
    pub name: String,
    pub rows: Vec<Row>,
    pub day: Row,
    /// What must be corrected: where, and the sentence.
    pub errors: Vec<(String, String)>,
}

/// A row of the form as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// 1 is Monday; empty leaves the row out.
    pub weekday: String,
    pub from: String,
    pub to: String,
    pub breaks: String,
    pub channels: Vec<String>,
    pub every_weeks: String,
    pub anchor: String,
    pub month_week: String,
    pub valid_from: String,
    pub valid_to: String,
    pub on_holidays: bool,
    /// The date, in the form for a single day.
    pub day: String,
}

impl Row {
    pub(crate) fn has(&self, channel: &str) -> bool {
        self.channels.iter().any(|known| known == channel)
    }

    fn empty() -> Self {
        let channels = vec!["online".to_owned(), "phone".to_owned()];
        Self { channels, every_weeks: "1".to_owned(), ..Self::default() }
    }

    fn of(rule: &OpeningRule) -> Self {
        let span = |(from, to): &(u32, u32)| {
            format!("{}-{}", OpeningHours::clock(*from), OpeningHours::clock(*to))
        };
        let date = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let hours = &rule.hours;
        let known = CHANNELS.iter().filter(|(channel, _)| hours.channels.contains(channel));
        Self {
            weekday: rule.weekday.to_string(),
            from: OpeningHours::clock(hours.from),
            to: OpeningHours::clock(hours.to),
            breaks: hours.breaks.iter().map(span).collect::<Vec<_>>().join(", "),
            channels: known.map(|(_, word)| (*word).to_owned()).collect(),
            every_weeks: rule.rhythm.every_weeks.to_string(),
            anchor: date(rule.rhythm.anchor),
            month_week: rule
                .rhythm
                .month_weeks
                .iter()
                .map(i32::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            valid_from: date(rule.valid_from),
            valid_to: date(rule.valid_to),
            on_holidays: rule.on_holidays,
            day: String::new(),
        }
    }

    fn read(fields: &Fields, at: &str) -> Self {
        let one = |name: &str| fields.one(&format!("{name}.{at}")).to_owned();
        Self {
            weekday: one("wochentag"),
            from: one("von"),
            to: one("bis"),
            breaks: one("pausen"),
            channels: fields.all(&format!("weg.{at}")).map(str::to_owned).collect(),
            every_weeks: one("alle"),
            anchor: one("ab"),
            month_week: one("monat"),
            valid_from: one("gilt_von"),
            valid_to: one("gilt_bis"),
            on_holidays: !one("feiertage").is_empty(),
            day: one("tag"),
        }
    }

    fn hours(&self) -> OpeningHours {
        let minute = |text: &str| OpeningHours::minute(text).unwrap_or(NO_TIME);
        let pause = |text: &str| {
            let (from, to) = text.split_once(['-', '–']).unwrap_or((text, ""));
            (minute(from), minute(to))
        };
        OpeningHours {
            from: minute(&self.from),
            to: minute(&self.to),
            breaks: self
                .breaks
                .split(',')
                .filter(|text| !text.trim().is_empty())
                .map(pause)
                .collect(),
            channels: CHANNELS.iter().filter(|(_, word)| self.has(word)).map(|(c, _)| *c).collect(),
        }
    }

    fn rule(&self, counter: CounterId) -> OpeningRule {
        let date = |text: &str| text.parse().ok();
        let weeks = self.month_week.split(',').filter(|text| !text.trim().is_empty());
        OpeningRule {
            counter,
            weekday: self.weekday.parse().unwrap_or_default(),
            hours: self.hours(),
            valid_from: date(&self.valid_from),
            valid_to: date(&self.valid_to),
            rhythm: Rhythm {
                every_weeks: self.every_weeks.parse().unwrap_or_default(),
                anchor: date(&self.anchor),
                // what is no number is no week of a month, and refused as such
                month_weeks: weeks.map(|week| week.trim().parse().unwrap_or_default()).collect(),
            },
            on_holidays: self.on_holidays,
        }
    }
}

/// `GET /amt/kalender/schalter`
pub(crate) async fn page(caller: Caller, Asked(fields): Asked) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ChangeCalendar).await?;
    let counter = CounterId::parse(fields.one("id")).ok_or(Refusal::NotFound)?;
    answer(&caller, &ctx, counter, None).await
}

/// `POST /amt/kalender/schalter`: more rows, the week, or a single day.
pub(crate) async fn submit(caller: Caller, Sent(fields): Sent) -> Result<Response, Failure> {
    let ctx = caller.office(Action::ChangeCalendar).await?;
    let counter = CounterId::parse(fields.one("id")).ok_or(Refusal::NotFound)?;
    let (rows, day) = read(&fields);
    let edits = match fields.one("was") {
        "woche" => {
            let rules = rows.iter().map(|row| row.rule(counter)).collect();
            Edits { weeks: vec![Week { counter, rules }], ..Edits::default() }
        }
        "tag" => {
            let Ok(date) = day.day.parse() else {
                let error = Error::BadInput { field: "day", reason: "closure-days", limit: None };
                return answer(&caller, &ctx, counter, Some((rows, day, Some(error)))).await;
            };
            let edit = DayEdit { counter, day: date, hours: vec![day.hours()] };
            Edits { exceptions: vec![edit], ..Edits::default() }
        }
        _ => return answer(&caller, &ctx, counter, Some((rows, day, None))).await,
    };
    let tx = caller.db().begin(&ctx).await?;
    let title = title(&caller, &ctx, &tx, counter).await?;
    match scheduling::save(&ctx, &tx, &SaveDraft { id: None, title, edits }).await {
        Ok(saved) => {
            tx.commit().await?;
            Ok(go(&address(saved.id)))
        }
        Err(error @ (Error::BadInput { .. } | Error::Edits(_))) => {
            tx.rollback().await?;
            answer(&caller, &ctx, counter, Some((rows, day, Some(error)))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The rows that are filled in, and the single day.
fn read(fields: &Fields) -> (Vec<Row>, Row) {
    let rows = (0..MOST_ROWS).map(|at| Row::read(fields, &at.to_string()));
    (rows.filter(|row| !row.weekday.is_empty()).collect(), Row::read(fields, "x"))
}

type Typed = (Vec<Row>, Row, Option<Error>);

async fn answer(
    caller: &Caller,
    ctx: &Ctx,
    counter: CounterId,
    typed: Option<Typed>,
) -> Result<Response, Failure> {
    let catalogue = caller.catalogue().await?;
    let tx = caller.db().begin(ctx).await?;
    let plan = scheduling::plan_to_change(ctx, &tx, caller.town(), &catalogue, counter).await?;
    tx.commit().await?;
    let (mut rows, day, error) =
        typed.unwrap_or_else(|| (plan.rules.iter().map(Row::of).collect(), Row::empty(), None));
    rows.extend(std::iter::repeat_with(Row::empty).take(SPARE));
    let page = caller.page().at(format!("/amt/kalender/schalter?id={counter}"));
    let view = WeekPage {
        counter: counter.to_string(),
        name: name(&page, &catalogue, &plan),
        errors: error.as_ref().map(|error| sentences(&page, error)).unwrap_or_default(),
        rows,
        day,
        page: page.clone().titled(page.t("office-week-title")).failed(error.is_some()),
    };
    let status = error.as_ref().map_or(StatusCode::OK, status_of);
    Ok(show(&view, page.locale, status, Shown::Personal))
}

fn name(page: &Page, catalogue: &scheduling::Catalogue, plan: &scheduling::CounterPlan) -> String {
    let place = catalogue.location_ever(plan.location).map(|place| place.name.get(page.locale));
    format!("{} – {}", place.unwrap_or_default(), plan.name)
}

/// "Schalter 1, 25. November 2026": what the list of drafts shows.
async fn title(
    caller: &Caller,
    ctx: &Ctx,
    tx: &db::TenantTx,
    counter: CounterId,
) -> Result<String, Failure> {
    let catalogue = caller.catalogue().await?;
    let plan = scheduling::plan_to_change(ctx, tx, caller.town(), &catalogue, counter).await?;
    let page = caller.page();
    let today = spoken::date(scheduling::today(ctx, caller.town()), page.locale);
    Ok(format!("{}, {today}", name(&page, &catalogue, &plan)).chars().take(100).collect())
}

/// Each problem with the row that it is in.
fn sentences(page: &Page, error: &Error) -> Vec<(String, String)> {
    let Error::Edits(problems) = error else {
        return vec![("tag".to_owned(), error.message(page.locale))];
    };
    let row = |field: &str| {
        let mut parts = field.split('.');
        match (parts.next(), parts.nth(2)) {
            (Some("weeks"), Some(row)) => format!("zeile-{row}"),
            _ => "tag".to_owned(),
        }
    };
    problems.iter().map(|problem| (row(&problem.field), problem.message(page.locale))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_comes_back_from_its_row() {
        let counter = CounterId::from(uuid::Uuid::from_u128(7));
        let form = "wochentag.0=2&von.0=08:00&bis.0=16:00&pausen.0=10:00-10:15, 12:00–13:00&weg.0=online&weg.0=walk-in\
                    &alle.0=2&ab.0=2026-12-01&monat.0=1, -1&gilt_von.0=2026-12-01&gilt_bis.0=&feiertage.0=ja&wochentag.1=";
        let (rows, _) = read(&Fields::parse(form.as_bytes()));
        assert_eq!(rows.len(), 1, "a row without a weekday is left out");
        let rule = rows[0].rule(counter);
        assert_eq!(rule.hours.breaks, [(600, 615), (720, 780)]);
        assert_eq!(rule.hours.channels, [Channel::Online, Channel::WalkIn]);
        assert_eq!(
            (rule.rhythm.every_weeks, rule.rhythm.month_weeks.as_slice()),
            (2, [1, -1].as_slice())
        );
        assert!(rule.on_holidays && rule.valid_to.is_none());
        assert_eq!(Row::of(&rule).rule(counter), rule);
    }

    #[test]
    fn what_is_no_time_is_no_time_of_any_day() {
        let (rows, _) = read(&Fields::parse(b"wochentag.0=2&von.0=acht&bis.0=16:00"));
        assert_eq!(rows[0].hours().from, NO_TIME);
    }
}
