//! Setting up a municipality from its file: its own data, its calendar and its privacy notice, in one transaction.

use std::sync::Arc;

use chrono::NaiveDate;
use db::{
    Db, Fault, TenantTx,
    audit::{self, Act},
};
use kernel::{Chance, Clock, TenantId, spoken};
use scheduling::{CalendarFile, Hours};
use tenant::{
    Applied, ApplyError, DirectoryError, OperatorFile, Problem, Sections, State, TenantFile,
};

use crate::{app::notice_facts, operator};

/// Sections of the file that the calendar reads; everything else describes the municipality.
const CALENDAR_SECTIONS: [&str; 3] = ["services", "locations", "closures"];

/// A municipality's file.
#[derive(Debug, Clone)]
pub struct MunicipalityFile {
    /// The municipality's own part.
    pub town: TenantFile,
    /// Services, locations and closures.
    pub calendar: CalendarFile,
}

/// Why a municipality was not set up.
#[derive(Debug, thiserror::Error)]
pub enum OnboardingError {
    /// The file must be corrected first.
    #[error("{}", .0.iter().map(|problem| format!("  {problem}")).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<Problem>),
    /// The file is no TOML.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// The municipality's own data was refused.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The calendar was refused.
    #[error(transparent)]
    Scheduling(#[from] scheduling::Error),
    /// The municipality cannot be read back.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The database did not do its part.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl MunicipalityFile {
    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Self, OnboardingError> {
        let mut town: toml::Table = text.parse()?;
        let mut calendar = toml::Table::new();
        for section in CALENDAR_SECTIONS {
            if let Some(value) = town.remove(section) {
                calendar.insert(section.to_owned(), value);
            }
        }
        // Both parts are read before anything is said, so that the operator sees the problems of both.
        let (town, calendar) = (town.try_into::<TenantFile>(), calendar.try_into::<CalendarFile>());
        match (town, calendar) {
            (Ok(town), Ok(calendar)) => Ok(Self { town, calendar }),
            (town, calendar) => {
                let unreadable = |part: &str, error: toml::de::Error| Problem {
                    key: part.to_owned(),
                    problem: error.to_string().trim().replace('\n', " "),
                };
                let problems = [
                    town.err().map(|error| unreadable("municipality", error)),
                    calendar.err().map(|error| unreadable("calendar", error)),
                ];
                Err(OnboardingError::Problems(problems.into_iter().flatten().collect()))
            }
        }
    }

    /// Everything that must be corrected.
    pub fn problems(&self, coat_of_arms: Option<&str>) -> Vec<Problem> {
        let mut found = self.town.problems(coat_of_arms);
        found.extend(privacy::retention::problems(&self.town.retention));
        found.extend(self.calendar.problems());
        let mapped = self.town.openid.iter().flat_map(|openid| &openid.roles);
        let places = mapped.filter_map(|mapped| mapped.location.as_deref());
        let unknown = places.filter(|place| !self.calendar.has_location(place));
        found.extend(unknown.map(|place| Problem {
            key: "openid.roles.location".to_owned(),
            problem: format!("`{place}` is no location of the file"),
        }));
        found
    }

    /// What the notice of the municipality could not say yet (Art. 13 GDPR). With gaps it is set up and not served.
    pub fn gaps(&self, today: NaiveDate) -> Vec<Problem> {
        privacy::gaps(&self.town.preview(), &notice_facts(), today)
    }

    /// The file of the coat of arms, beside this one.
    pub fn coat_of_arms(&self) -> Option<&str> {
        self.town.theme.coat_of_arms.as_deref()
    }
}

/// Makes the operator's own realm agree with its file.
pub async fn apply_operator(
    owner: &Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    file: OperatorFile,
) -> Result<Applied, OnboardingError> {
    let ctx = operator::context_at(TenantId::PLATFORM, clock, chance);
    let tx = owner.begin(&ctx).await?;
    let applied = tenant::apply(&ctx, &tx, &file.realm(), None).await?;
    // it has no notice: its only visitors are its own people
    tenant::go_live(&ctx, &tx).await?;
    // Proves that the master key is the one that the realm was set up with.
    tx.keys().await?;
    tx.commit().await?;
    Ok(applied)
}

/// Makes the database agree with the file. `owner` is connected as the role that owns the tables.
pub async fn apply(
    owner: &Db,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    file: &MunicipalityFile,
    coat_of_arms: Option<&str>,
    hours: Hours,
) -> Result<(TenantId, Applied), OnboardingError> {
    let problems = file.problems(coat_of_arms);
    if !problems.is_empty() {
        return Err(OnboardingError::Problems(problems));
    }
    let known = tenant::identify(owner, &file.town.slug).await?;
    let id = known.unwrap_or_else(|| TenantId::new(clock.as_ref(), chance.as_ref()));
    let ctx = operator::context_at(id, clock, chance);

    let tx = owner.begin(&ctx).await?;
    let before = sections(&tx).await?;
    let recipients = privacy::recipients::admitted(&ctx, &tx, &file.town).await?;
    let recipients = recipients.map_err(OnboardingError::Problems)?;
    let town = TenantFile { recipients, ..file.town.clone() };
    let applied = tenant::apply(&ctx, &tx, &town, coat_of_arms).await?;
    scheduling::set_up(&ctx, &tx, &file.calendar, hours).await?;
    if let Some(town) = tenant::municipality(&ctx, &tx).await? {
        scheduling::extend_calendar(&ctx, &tx, &town).await?;
        privacy::publish(&ctx, &tx, &town, &notice_facts()).await?;
        privacy::retention::begin(&ctx, &tx, &town.settings.retention).await?;
    }
    // Proves that the master key is the one that the municipality was set up with.
    tx.keys().await?;
    let after = sections(&tx).await?;
    tenant::write_down(&ctx, &tx, applied, &before, &after).await?;
    let gaps = file.gaps(spoken::local_day(ctx.now(), file.town.time_zone));
    if gaps.is_empty() {
        if tenant::go_live(&ctx, &tx).await? && applied == Applied::Updated {
            let act =
                Act { action: "tenant.go-live", object: "tenant", object_id: Some(id.uuid()) };
            audit::append(&ctx, &tx, act, serde_json::json!({})).await?;
        }
    } else if tenant::state(&tx).await? == Some(State::Active) {
        // what is served must not lose what its notice says; dropping the transaction leaves it as it was
        return Err(OnboardingError::Problems(gaps));
    }
    tx.commit().await?;
    Ok((id, applied))
}

/// What the file describes, as it is in the database.
async fn sections(tx: &TenantTx) -> Result<Sections, Fault> {
    let mut all = tenant::sections(tx).await?;
    all.extend(scheduling::sections(tx).await?);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_s_files_are_complete() {
        for (text, svg) in [
            (
                include_str!("../../../deploy/demo/haltern.toml"),
                include_str!("../../../deploy/demo/haltern.svg"),
            ),
            (
                include_str!("../../../deploy/demo/musterstadt.toml"),
                include_str!("../../../deploy/demo/musterstadt.svg"),
            ),
        ] {
            let file = MunicipalityFile::parse(text).unwrap();
            assert_eq!(file.problems(Some(svg)), []);
            assert_eq!(file.gaps(NaiveDate::from_ymd_opt(2026, 12, 7).unwrap()), []);
            assert!(file.coat_of_arms().is_some());
        }
    }

    #[test]
    fn the_problems_of_both_parts_are_shown() {
        let text = "slug = \"x\"\nshoe_size = 3\n[[services]]\nsize = 1\n";
        let shown = MunicipalityFile::parse(text).unwrap_err().to_string();
        assert!(shown.contains("municipality: ") && shown.contains("calendar: "), "{shown}");
    }

    #[test]
    fn holidays_are_checked_with_the_file_and_stored_where_they_are_used() {
        let haltern = include_str!("../../../deploy/demo/haltern.toml");
        let settings = |text: &str| {
            let file = MunicipalityFile::parse(text).unwrap();
            serde_json::to_value(file.town.settings()).unwrap()
        };
        let stored = settings(haltern);
        assert_eq!(stored["holidays"]["observe"][0], "heiligabend");
        assert!(serde_json::from_value::<tenant::Settings>(stored).is_ok());
        // as documents were before there were holidays
        let table = "[holidays]\nobserve = [\"heiligabend\", \"silvester\", \"rosenmontag\"]\n";
        let stored = settings(&haltern.replace(table, ""));
        assert_eq!(stored.get("holidays"), None);
        assert!(serde_json::from_value::<tenant::Settings>(stored).is_ok());

        let list = "observe = [\"heiligabend\", \"silvester\", \"rosenmontag\"]";
        let text = haltern.replace(list, "ignore = [\"reformationstag\"]");
        let problems = MunicipalityFile::parse(&text).unwrap().problems(None);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].key, "holidays.ignore");
        let text = haltern.replace("rosenmontag", "rosenmonntag");
        let shown = MunicipalityFile::parse(&text).unwrap_err().to_string();
        assert!(shown.contains("unknown holiday `rosenmonntag`; known are neujahr"), "{shown}");
    }

    #[test]
    fn roles_for_locations_name_locations_of_the_file() {
        let haltern = include_str!("../../../deploy/demo/haltern.toml");
        let problems = |place: &str| {
            let openid = format!(
                "\n[openid]\nissuer = \"https://id.example\"\nclient_id = \"s\"\nroles = \
                 [{{ value = \"a\", role = \"clerk\", location = \"{place}\" }}]\n"
            );
            let text = haltern.replace("\n[controller]", &format!("{openid}\n[controller]"));
            let found = MunicipalityFile::parse(&text).unwrap().problems(None);
            found.into_iter().map(|problem| problem.key).collect::<Vec<_>>()
        };
        assert_eq!(problems("buergerbuero"), [""; 0]);
        assert_eq!(problems("rathaus-von-gestern"), ["openid.roles.location"]);
    }

    #[test]
    fn the_release_plan_is_checked_with_the_file() {
        let haltern = include_str!("../../../deploy/demo/haltern.toml");
        let problems = |booking: &str| {
            let text = haltern.replace("lead_days = 1\n", booking);
            let found = MunicipalityFile::parse(&text).unwrap().problems(None);
            found.into_iter().map(|problem| problem.key).collect::<Vec<_>>()
        };
        let weekly =
            "release = { plan = \"weekly\", weekday = \"mo\", at = \"07:00\", weeks_ahead = 2 }";
        let good = format!("lead_days = 1\nsame_day_from = \"08:00\"\n{weekly}\n");
        assert_eq!(problems(&good), [""; 0]);
        assert_eq!(problems("lead_days = 60\n"), ["booking.lead_days"]);
        assert_eq!(
            problems("lead_days = 0\nsame_day_from = \"08:00\"\n"),
            ["booking.same_day_from"]
        );
        assert_eq!(problems(&good.replace("ahead = 2", "ahead = 9")), ["booking.horizon_days"]);
    }
}
