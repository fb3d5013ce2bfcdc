//! The public holidays of a Land, and what the municipality itself decides about them.
//!
//! Law is the Land's, so the table below has a row for each holiday and says where it holds. Some holidays hold in a
//! part of a Land only (Mariä Himmelfahrt in the mainly Catholic municipalities of Bavaria, Fronleichnam in
//! some of Saxony and Thuringia, the Friedensfest in Augsburg). They are off until the municipality observes them.
//!
//! ```
//! use tenant::{Holiday, HolidaySwitches, Land, holidays};
//! let day = "2026-06-04".parse().unwrap();
//! let usual = HolidaySwitches::default();
//! assert_eq!(holidays::on(Land::NW, &usual, day), Some(Holiday::CorpusChristi));
//! assert_eq!(holidays::on(Land::NI, &usual, day), None);
//! ```

use chrono::{Datelike, NaiveDate, TimeDelta};
use kernel::Locale;
use serde::{Deserialize, Serialize};

use crate::{
    Land::{self, BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH},
    Problem,
};

/// A public holiday somewhere in Germany, or a day on which many municipalities close by custom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[expect(missing_docs, reason = "`name` says what each is called")]
pub enum Holiday {
    NewYear,
    Epiphany,
    WeiberfastnachtThursday,
    CarnivalMonday,
    CarnivalTuesday,
    WomensDay,
    GoodFriday,
    EasterSunday,
    EasterMonday,
    LabourDay,
    LiberationDay,
    Ascension,
    WhitSunday,
    WhitMonday,
    CorpusChristi,
    UprisingDay,
    AugsburgPeace,
    Assumption,
    ChildrensDay,
    UnityDay,
    Reformation,
    AllSaints,
    Repentance,
    ChristmasEve,
    ChristmasDay,
    SecondChristmasDay,
    NewYearsEve,
}

/// When a holiday is.
enum When {
    /// On the same day of each year: month and day.
    Fixed(u32, u32),
    /// So many days after Easter Sunday.
    Easter(i64),
    /// On the Wednesday before 23 November.
    BeforeLastSundayOfTheChurchYear,
}

use Holiday::{
    AllSaints, Ascension, Assumption, AugsburgPeace, CarnivalMonday, CarnivalTuesday, ChildrensDay,
    ChristmasDay, ChristmasEve, CorpusChristi, EasterMonday, EasterSunday, Epiphany, GoodFriday,
    LabourDay, LiberationDay, NewYear, NewYearsEve, Reformation, Repentance, SecondChristmasDay,
    UnityDay, UprisingDay, WeiberfastnachtThursday, WhitMonday, WhitSunday, WomensDay,
};
use When::{BeforeLastSundayOfTheChurchYear, Easter, Fixed};

impl Holiday {
    /// All of them, about in the order of the year.
    pub const ALL: [Self; 27] = [
        NewYear,
        Epiphany,
        WeiberfastnachtThursday,
        CarnivalMonday,
        CarnivalTuesday,
        WomensDay,
        GoodFriday,
        EasterSunday,
        EasterMonday,
        LabourDay,
        LiberationDay,
        Ascension,
        WhitSunday,
        WhitMonday,
        CorpusChristi,
        UprisingDay,
        AugsburgPeace,
        Assumption,
        ChildrensDay,
        UnityDay,
        Reformation,
        AllSaints,
        Repentance,
        ChristmasEve,
        ChristmasDay,
        SecondChristmasDay,
        NewYearsEve,
    ];

    /// Key, when it is, German and English name.
    fn row(self) -> (&'static str, When, &'static str, &'static str) {
        match self {
            NewYear => ("neujahr", Fixed(1, 1), "Neujahr", "New Year's Day"),
            Epiphany => ("heilige-drei-koenige", Fixed(1, 6), "Heilige Drei Könige", "Epiphany"),
            WeiberfastnachtThursday => {
                ("weiberfastnacht", Easter(-52), "Weiberfastnacht", "Carnival Thursday")
            }
            CarnivalMonday => ("rosenmontag", Easter(-48), "Rosenmontag", "Carnival Monday"),
            CarnivalTuesday => {
                ("faschingsdienstag", Easter(-47), "Faschingsdienstag", "Shrove Tuesday")
            }
            WomensDay => {
                ("frauentag", Fixed(3, 8), "Internationaler Frauentag", "International Women's Day")
            }
            GoodFriday => ("karfreitag", Easter(-2), "Karfreitag", "Good Friday"),
            EasterSunday => ("ostersonntag", Easter(0), "Ostersonntag", "Easter Sunday"),
            EasterMonday => ("ostermontag", Easter(1), "Ostermontag", "Easter Monday"),
            LabourDay => ("tag-der-arbeit", Fixed(5, 1), "Tag der Arbeit", "Labour Day"),
            LiberationDay => (
                "tag-der-befreiung",
                Fixed(5, 8),
                "Tag der Befreiung vom Nationalsozialismus",
                "Day of Liberation from Nazism",
            ),
            Ascension => {
                ("christi-himmelfahrt", Easter(39), "Christi Himmelfahrt", "Ascension Day")
            }
            WhitSunday => ("pfingstsonntag", Easter(49), "Pfingstsonntag", "Whit Sunday"),
            WhitMonday => ("pfingstmontag", Easter(50), "Pfingstmontag", "Whit Monday"),
            CorpusChristi => ("fronleichnam", Easter(60), "Fronleichnam", "Corpus Christi"),
            UprisingDay => (
                "volksaufstand-17-juni",
                Fixed(6, 17),
                "Jahrestag des Volksaufstands vom 17. Juni 1953",
                "Anniversary of the uprising of 17 June 1953",
            ),
            AugsburgPeace => (
                "augsburger-friedensfest",
                Fixed(8, 8),
                "Augsburger Hohes Friedensfest",
                "Augsburg Peace Festival",
            ),
            Assumption => {
                ("mariae-himmelfahrt", Fixed(8, 15), "Mariä Himmelfahrt", "Assumption Day")
            }
            ChildrensDay => {
                ("weltkindertag", Fixed(9, 20), "Weltkindertag", "World Children's Day")
            }
            UnityDay => (
                "tag-der-deutschen-einheit",
                Fixed(10, 3),
                "Tag der Deutschen Einheit",
                "Day of German Unity",
            ),
            Reformation => ("reformationstag", Fixed(10, 31), "Reformationstag", "Reformation Day"),
            AllSaints => ("allerheiligen", Fixed(11, 1), "Allerheiligen", "All Saints' Day"),
            Repentance => (
                "buss-und-bettag",
                BeforeLastSundayOfTheChurchYear,
                "Buß- und Bettag",
                "Day of Repentance and Prayer",
            ),
            ChristmasEve => ("heiligabend", Fixed(12, 24), "Heiligabend", "Christmas Eve"),
            ChristmasDay => {
                ("erster-weihnachtstag", Fixed(12, 25), "1. Weihnachtstag", "Christmas Day")
            }
            SecondChristmasDay => (
                "zweiter-weihnachtstag",
                Fixed(12, 26),
                "2. Weihnachtstag",
                "Second Day of Christmas",
            ),
            NewYearsEve => ("silvester", Fixed(12, 31), "Silvester", "New Year's Eve"),
        }
    }

    /// The word in the municipality's file, in the database and in addresses. Never renamed.
    pub fn key(self) -> &'static str {
        self.row().0
    }

    /// Reads the word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|holiday| holiday.key() == key)
    }

    /// What it is called.
    pub fn name(self, locale: Locale) -> &'static str {
        let (_, _, german, english) = self.row();
        if locale == Locale::En { english } else { german }
    }

    /// Its day in a year, whether it is a holiday somewhere or not.
    pub fn date(self, year: i32) -> Option<NaiveDate> {
        match self.row().1 {
            Fixed(month, day) => NaiveDate::from_ymd_opt(year, month, day),
            Easter(days) => easter(year)?.checked_add_signed(TimeDelta::days(days)),
            BeforeLastSundayOfTheChurchYear => {
                let latest = NaiveDate::from_ymd_opt(year, 11, 22)?;
                let since_wednesday = (latest.weekday().num_days_from_monday() + 5) % 7;
                latest.checked_sub_signed(TimeDelta::days(since_wednesday.into()))
            }
        }
    }

    /// Whether it is a public holiday by law in the whole Land in that year. Right from 2019 on.
    pub fn is_statutory(self, land: Land, year: i32) -> bool {
        match self {
            NewYear | GoodFriday | EasterMonday | LabourDay | Ascension | WhitMonday | UnityDay
            | ChristmasDay | SecondChristmasDay => true,
            Epiphany => matches!(land, BW | BY | ST),
            WomensDay => land == BE || (land == MV && year >= 2023),
            // the law of Brandenburg alone names the two Sundays
            EasterSunday | WhitSunday => land == BB,
            LiberationDay => land == BE && matches!(year, 2020 | 2025),
            CorpusChristi => matches!(land, BW | BY | HE | NW | RP | SL),
            UprisingDay => land == BE && year == 2028,
            Assumption => land == SL,
            ChildrensDay => land == TH,
            Reformation => matches!(land, BB | HB | HH | MV | NI | SN | ST | SH | TH),
            AllSaints => matches!(land, BW | BY | NW | RP | SL),
            Repentance => land == SN,
            AugsburgPeace
            | WeiberfastnachtThursday
            | CarnivalMonday
            | CarnivalTuesday
            | ChristmasEve
            | NewYearsEve => false,
        }
    }

    /// Whether it is, was or will be a public holiday of the whole Land in some year.
    fn is_known_to(self, land: Land) -> bool {
        (2019..2036).any(|year| self.is_statutory(land, year))
    }
}

/// A word that names no holiday.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown holiday `{0}`; known are {known}", known = known())]
pub struct UnknownHoliday(String);

fn known() -> String {
    Holiday::ALL.map(Holiday::key).join(", ")
}

impl TryFrom<String> for Holiday {
    type Error = UnknownHoliday;

    fn try_from(key: String) -> Result<Self, UnknownHoliday> {
        Self::from_key(&key).ok_or(UnknownHoliday(key))
    }
}

impl From<Holiday> for String {
    fn from(holiday: Holiday) -> Self {
        holiday.key().to_owned()
    }
}

/// What the municipality decides for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HolidaySwitches {
    /// Closed as well: holidays of this place only, and days of custom.
    pub observe: Vec<Holiday>,
    /// Open although the day is a public holiday of the Land.
    pub ignore: Vec<Holiday>,
}

impl HolidaySwitches {
    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.observe.is_empty() && self.ignore.is_empty()
    }

    fn keep(&self, land: Land, year: i32, holiday: Holiday) -> bool {
        self.observe.contains(&holiday)
            || (holiday.is_statutory(land, year) && !self.ignore.contains(&holiday))
    }

    /// Switches that contradict each other or do nothing.
    pub(crate) fn problems(&self, land: Land) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut problem = |list: &str, holiday: Holiday, problem: &str| {
            let problem = format!("`{}` {problem}", holiday.key());
            found.push(Problem { key: format!("holidays.{list}"), problem });
        };
        for (list, holidays) in [("observe", &self.observe), ("ignore", &self.ignore)] {
            for (position, holiday) in holidays.iter().enumerate() {
                if holidays.iter().take(position).any(|before| before == holiday) {
                    problem(list, *holiday, "is listed twice");
                }
            }
        }
        for holiday in &self.ignore {
            if self.observe.contains(holiday) {
                problem("ignore", *holiday, "is listed under `observe`, too");
            } else if !holiday.is_known_to(land) {
                problem("ignore", *holiday, "is no public holiday of the Land");
            }
        }
        found
    }
}

/// The holiday on a day, as the municipality keeps it.
pub fn on(land: Land, switches: &HolidaySwitches, day: NaiveDate) -> Option<Holiday> {
    let year = day.year();
    Holiday::ALL
        .into_iter()
        .find(|holiday| switches.keep(land, year, *holiday) && holiday.date(year) == Some(day))
}

/// The holidays of a year, as the municipality keeps them, in the order of their days.
pub fn in_year(land: Land, switches: &HolidaySwitches, year: i32) -> Vec<(NaiveDate, Holiday)> {
    let mut found: Vec<(NaiveDate, Holiday)> = Holiday::ALL
        .into_iter()
        .filter(|holiday| switches.keep(land, year, *holiday))
        .filter_map(|holiday| Some((holiday.date(year)?, holiday)))
        .collect();
    found.sort_unstable();
    found
}

/// Easter Sunday: Gauss's rule in Lichtenberg's form, which needs no exceptions.
fn easter(year: i32) -> Option<NaiveDate> {
    let century = year / 100;
    let leap_days_left_out = (3 * century + 3) / 4;
    let moon_shift = 15 + leap_days_left_out - (8 * century + 13) / 25;
    let golden = year % 19;
    let moon = (19 * golden + moon_shift) % 30;
    // counted in days of March
    let full_moon = 21 + moon - (moon + golden / 11) / 29;
    let first_sunday = 7 - (year + year / 4 + 2 - leap_days_left_out).rem_euclid(7);
    let sunday_after = full_moon + 7 - (full_moon - first_sunday).rem_euclid(7);
    let march = NaiveDate::from_ymd_opt(year, 3, 1)?;
    march.checked_add_signed(TimeDelta::days(i64::from(sunday_after) - 1))
}

#[cfg(test)]
mod tests;
