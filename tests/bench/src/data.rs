//! The data of a run: towns through the product's own command, masses by SQL. Built once, then copied.

use std::{collections::BTreeSet, fs, sync::Arc};

use anyhow::{Result, bail};

use crate::{
    arena::Arena,
    errands::Offer,
    limit::fill,
    town::{self, Plan},
};

/// The database that is only copied.
const TOWNS: &str = "bench_towns";
/// Appointments of the coming days, at most: a tenth of all places.
const FUTURE: u64 = 96_000;

/// Which databases there are.
#[derive(Debug, Default)]
pub(crate) struct Data {
    made: BTreeSet<String>,
    usual: usize,
}

impl Data {
    /// Makes roles, tables and towns.
    pub(crate) fn prepare(arena: &Arena) -> Result<Self> {
        let usual = if arena.pace.quick { 2 } else { 20 };
        arena.postgres.provision(TOWNS)?;
        arena.program.own(&arena.postgres, TOWNS, &["migrate"])?;
        let plans = (1..=usual).map(Plan::usual).chain([Plan::sale(), Plan::hot(), Plan::rush()]);
        for plan in plans {
            let file = arena.scratch.join(format!("{}.toml", plan.slug));
            fs::write(&file, plan.toml())?;
            let path = file.display().to_string();
            arena.program.own(&arena.postgres, TOWNS, &["tenant", "apply", &path])?;
        }
        arena.postgres.run(TOWNS, "VACUUM (FREEZE, ANALYZE)")?;
        Ok(Self { made: BTreeSet::new(), usual })
    }

    /// How many towns the load is spread among.
    pub(crate) fn towns(&self) -> usize {
        self.usual
    }

    /// A template with so many appointments, of which a tenth of all places is to come.
    pub(crate) fn filled(&mut self, arena: &Arena, appointments: u64) -> Result<String> {
        let name = format!("bench_{appointments}");
        if self.made.insert(name.clone()) {
            eprintln!("bench: {appointments} appointments are written");
            arena.postgres.copy(TOWNS, &name)?;
            let places = u64::try_from(self.usual).unwrap_or_default() * 4_800;
            let future = (appointments / 2).min(FUTURE).min(places);
            let past = appointments - future;
            let script = fill(
                include_str!("../sql/mass.sql"),
                &[("past", &past.to_string()), ("future", &future.to_string()), ("base", "0")],
            )?;
            arena.postgres.run(&name, &script)?;
            arena.postgres.run(&name, "VACUUM (FREEZE, ANALYZE); CHECKPOINT")?;
            let found = arena.postgres.count(&name, "SELECT count(*) FROM appointment")?;
            if found != appointments {
                bail!("{name} has {found} appointments");
            }
            check(arena, &name)?;
        }
        Ok(name)
    }

    /// A copy of such a template for one benchmark.
    pub(crate) fn copy(&mut self, arena: &Arena, appointments: u64, name: &str) -> Result<()> {
        let template = self.filled(arena, appointments)?;
        arena.postgres.drop(name)?;
        arena.postgres.copy(&template, name)
    }
}

/// Adds small municipalities until there are so many. Statistics are those of this moment afterwards, also when there were
/// enough: what is compared must not differ in them.
pub(crate) fn crowd(arena: &Arena, database: &str, tenants: u64) -> Result<()> {
    let present = arena.postgres.count(database, "SELECT count(*) FROM tenant")?;
    if let Some(count) = tenants.checked_sub(present).filter(|count| *count > 0) {
        arena.postgres.run(database, &more_tenants(arena, database, count)?)?;
    }
    arena.postgres.run(database, "VACUUM (FREEZE, ANALYZE); CHECKPOINT")?;
    Ok(())
}

/// Copies what `t01` is made of: one location, two counters.
fn more_tenants(arena: &Arena, database: &str, count: u64) -> Result<String> {
    let tables = arena.postgres.run(
        database,
        "SELECT c.oid::regclass, string_agg(format('%I', a.attname), ', ' ORDER BY attnum),
                string_agg(CASE WHEN a.attname = 'busy' THEN 'repeat(''0'', 300)::bit(300)' ELSE format('m.%I', a.attname) END, ', ' ORDER BY attnum),
                bool_or(a.attname = 'counter_id'), bool_or(a.attname = 'location_id')
           FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'keys'::regnamespace) AND a.attname <> 'tenant_id'
            AND EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id')
            AND c.relname NOT IN ('live_time', 'reservation', 'appointment', 'appointment_item', 'customer', 'subject_key', 'job',
                                  'message', 'idempotency_key', 'access_log', 'coat_of_arms')
          GROUP BY c.oid",
    )?;
    let first_location = "SELECT l.id FROM location l WHERE l.tenant_id = (SELECT id FROM model) ORDER BY l.position LIMIT 1";
    let counters = format!(
        "SELECT c.id FROM counter c WHERE c.tenant_id = (SELECT id FROM model) AND c.location_id = ({first_location}) ORDER BY c.position LIMIT 2"
    );
    let mut script = String::new();
    for row in tables.lines() {
        let fields: Vec<&str> = row.split('|').collect();
        let [table, columns, values, by_counter, by_location] = fields.as_slice() else {
            continue;
        };
        let only = match (*table, *by_counter, *by_location) {
            ("location", ..) => format!(" AND m.id IN ({first_location})"),
            ("counter", ..) => format!(" AND m.id IN ({counters})"),
            (_, "t", _) => format!(" AND m.counter_id IN ({counters})"),
            (_, _, "t") => format!(" AND m.location_id IN ({first_location})"),
            _ => String::new(),
        };
        script += &format!(
            "INSERT INTO {table} (tenant_id, {columns}) SELECT t.id, {values} FROM town t, {table} m WHERE m.tenant_id = (SELECT id FROM model){only};\n"
        );
    }
    fill(include_str!("../sql/tenants.sql"), &[("tables", &script), ("count", &count.to_string())])
}

/// The places and days of the towns whose slug begins like this.
pub(crate) fn offer(arena: &Arena, database: &str, prefix: &str) -> Result<Arc<Offer>> {
    let places = town::places(&arena.postgres, database, prefix)?;
    let slug = places.first().and_then(|place| place.host.split('.').next()).unwrap_or_default();
    let days = town::days(&arena.postgres, database, slug)?;
    if places.is_empty() || days.len() < 31 {
        bail!("{database} offers {} places on {} days", places.len(), days.len());
    }
    Ok(Arc::new(Offer { places, days }))
}

/// Looks for overlaps and for maps that disagree with the times.
pub(crate) fn check(arena: &Arena, database: &str) -> Result<()> {
    match arena.postgres.count(database, include_str!("../sql/consistent.sql"))? {
        0 => Ok(()),
        wrong => bail!("{database}: {wrong} overlaps or wrong maps"),
    }
}
