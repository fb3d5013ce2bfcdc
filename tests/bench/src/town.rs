//! The municipalities that are measured: their files, and what the database knows of them afterwards.

use std::fmt::Write;

use anyhow::{Context, Result};

use crate::postgres::Postgres;

/// What a town offers. Every day of the week is open, so that a month is as full as it can be.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) slug: String,
    pub(crate) locations: usize,
    pub(crate) counters: usize,
    pub(crate) until: &'static str,
}

impl Plan {
    /// Town number `n` of those among which `book` and the reads spread: 5 locations with 4 counters, 8 to 18 h.
    pub(crate) fn usual(n: usize) -> Self {
        Self { slug: format!("t{n:02}"), locations: 5, counters: 4, until: "18:00" }
    }

    /// One day is 160 places.
    pub(crate) fn sale() -> Self {
        Self { slug: "sale".to_owned(), locations: 1, counters: 4, until: "18:00" }
    }

    /// Each start has a place for each of 32 clients.
    pub(crate) fn hot() -> Self {
        Self { slug: "hot".to_owned(), locations: 1, counters: 32, until: "18:00" }
    }

    /// One day is 500 places.
    pub(crate) fn rush() -> Self {
        Self { slug: "rush".to_owned(), locations: 1, counters: 10, until: "20:30" }
    }

    /// The municipality's file.
    pub(crate) fn toml(&self) -> String {
        let mut text = format!(
            r##"
slug = "{slug}"
name = "Messstadt {slug}"
time_zone = "Europe/Berlin"
land = "NW"
locales = ["de", "en"]
hosts = []
phone = "030 23125-115"
website = "https://messstadt.example"

[controller]
name = "Messstadt"
street = "Am Markt 1"
postal_code = "01999"
city = "Messstadt"
email = "amt@messstadt.example"

[data_protection_officer]
name = "Datenschutz Messstadt"
email = "datenschutz@messstadt.example"

[legal_basis]
use = {{ point = "b" }}
analysis = {{ point = "b" }}
improvement = {{ point = "b" }}

[[recipients]]
role = "operator"
name = "Kommunale Dienste Beispielland eG"
street = "Werkstraße 3"
postal_code = "01998"
city = "Beispielhausen"
contract_on = 2025-01-15

[[recipients]]
role = "email"
name = "Postweg Mailversand GmbH"
street = "Briefgasse 7"
postal_code = "01996"
city = "Altmuster"
contract_on = 2025-02-01

[theme]
primary = "#7a1f3d"
accent = "#8a5a00"

[contact]
email = "required"
phone = "optional"
address = "hidden"
birth_date = "hidden"

[booking]
lead_days = 0
lead_minutes = 0
horizon_days = 60
hold_minutes = 15
raster_minutes = 15
max_open_appointments = 0

[mail]
enabled = true
from = "termin@messstadt.example"
sender_name = "Bürgeramt Messstadt"

[sms]
enabled = false
provider = "lox24"
sender = "Messstadt"

[retention]
access_log_days = 3
appointment_days = 14
message_days = 14

[[services]]
key = "ausweis"
name = {{ de = "Personalausweis beantragen", en = "Apply for an identity card" }}
description = {{ de = "Bitte kommen Sie selbst.", en = "Please come in person." }}
duration_minutes = 15
extra_person_minutes = 15
max_quantity = 4
words = ["Ausweis", "Perso"]
wanted = 100
documents = [{{ de = "Alter Ausweis", en = "Old identity card" }}]
"##,
            slug = self.slug
        );
        for location in 1..=self.locations {
            let _ = write!(
                text,
                r#"
[[locations]]
key = "amt-{location}"
name = {{ de = "Bürgeramt {location}", en = "Citizens’ office {location}" }}
street = "Am Markt {location}"
postal_code = "01999"
city = "Messstadt"
directions = {{ de = "Erdgeschoss.", en = "Ground floor." }}
office_email = "amt-{location}@messstadt.example"
"#
            );
            for counter in 1..=self.counters {
                let _ = write!(
                    text,
                    r#"
[[locations.counters]]
key = "platz-{counter}"
name = "Platz {counter}"
services = ["ausweis"]
hours = [{{ days = ["mo", "tu", "we", "th", "fr", "sa", "su"], from = "08:00", to = "{until}" }}]
"#,
                    until = self.until
                );
            }
        }
        text
    }
}

/// A location and where it belongs.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) host: String,
    pub(crate) tenant: String,
    pub(crate) location: String,
    pub(crate) service: String,
    /// Its counters as an array of Postgres, `{…,…}`.
    pub(crate) counters: String,
}

/// A day on which all is open from 8 h on.
#[derive(Debug, Clone)]
pub(crate) struct Day {
    pub(crate) date: String,
    /// 8 h, in seconds of the epoch.
    pub(crate) morning: u64,
    /// Bit of the first start.
    pub(crate) first_tick: u32,
    /// The starts in steps of 15 minutes, as the API wants them.
    pub(crate) starts: Vec<String>,
}

/// The places of the towns whose slug begins with `prefix`.
pub(crate) fn places(postgres: &Postgres, database: &str, prefix: &str) -> Result<Vec<Place>> {
    let rows = postgres.run(
        database,
        &format!(
            "SELECT t.slug, t.id, l.id, s.id, array_agg(c.id ORDER BY c.position)
               FROM tenant t JOIN location l ON l.tenant_id = t.id JOIN service s ON s.tenant_id = t.id
               JOIN counter c ON c.tenant_id = t.id AND c.location_id = l.id
              WHERE t.slug ~ '^{prefix}' GROUP BY t.slug, t.id, l.id, s.id, l.position ORDER BY t.slug, l.position"
        ),
    )?;
    rows.lines()
        .map(|row| {
            let fields: Vec<&str> = row.split('|').collect();
            let [slug, tenant, location, service, counters] = fields.as_slice() else {
                anyhow::bail!("not a place: {row}");
            };
            Ok(Place {
                host: format!("{slug}.localhost"),
                tenant: (*tenant).to_owned(),
                location: (*location).to_owned(),
                service: (*service).to_owned(),
                counters: (*counters).to_owned(),
            })
        })
        .collect()
}

/// The days from tomorrow on on which every counter of the town is open for its whole day, empty or not.
pub(crate) fn days(postgres: &Postgres, database: &str, slug: &str) -> Result<Vec<Day>> {
    let rows = postgres.run(
        database,
        &format!(
            "WITH whole AS (
                SELECT m.day, min(position('1' in m.open::text)) - 1 AS first, min(bit_count(m.open)) AS ticks
                  FROM day_map m JOIN tenant t ON t.id = m.tenant_id
                 WHERE t.slug = '{slug}' AND m.day > current_date + 1 GROUP BY m.day
             )
             SELECT day, extract(epoch FROM day::timestamp AT TIME ZONE 'Europe/Berlin')::bigint + first * 300, first,
                    (SELECT string_agg(to_char(day::timestamp AT TIME ZONE 'Europe/Berlin' AT TIME ZONE 'UTC'
                                + make_interval(mins => (first * 5 + n * 15)::int), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), ',')
                       FROM generate_series(0, ticks / 3 - 1) AS n)
               FROM whole WHERE ticks >= 120 ORDER BY day"
        ),
    )?;
    rows.lines()
        .map(|row| {
            let mut fields = row.split('|');
            let mut field = || fields.next().context("a field of a day");
            Ok(Day {
                date: field()?.to_owned(),
                morning: field()?.parse()?,
                first_tick: field()?.parse()?,
                starts: field()?.split(',').map(str::to_owned).collect(),
            })
        })
        .collect()
}
