//! What was measured, for people (`docs/benchmarks.md`, between two markers) and for programs (`docs/benchmarks.json`).

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{
    figures::{Figures, Ratio},
    machine,
    postgres::Postgres,
};

const TABLE: &str = "docs/benchmarks.md";
const FILE: &str = "docs/benchmarks.json";
const BEGIN: &str = "<!-- written by `make bench` -->";
const END: &str = "<!-- end of what `make bench` writes -->";

/// One line of the table.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Row {
    /// The benchmark.
    pub(crate) name: String,
    /// Which of its cases.
    pub(crate) case: String,
    /// The service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) product: Option<Figures>,
    /// L, the SQL alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<Figures>,
    /// H, HTTP and GraphQL alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) transport: Option<Figures>,
    /// The quotient that the goal is about, and of what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<Ratio>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) ratio_of: String,
    /// What else there is to say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
    /// What was to be reached.
    pub(crate) goals: Vec<Goal>,
    /// When and on which commit; filled in when it is written.
    #[serde(default)]
    pub(crate) run: String,
}

/// Something to be reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Goal {
    pub(crate) wanted: String,
    pub(crate) reached: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Document {
    machine: String,
    rows: BTreeMap<String, Row>,
}

/// The order of the table.
pub(crate) const ORDER: [&str; 16] = [
    "book",
    "sellout",
    "hotrow",
    "day",
    "month",
    "slots30",
    "growth",
    "rls",
    "rush",
    "peers",
    "footprint",
    "page",
    "login",
    "directory",
    "neighbour",
    "gateways",
];

impl Row {
    pub(crate) fn new(name: &str, case: impl Into<String>) -> Self {
        Self { name: name.to_owned(), case: case.into(), ..Self::default() }
    }

    pub(crate) fn goal(&mut self, wanted: impl Into<String>, reached: bool) {
        self.goals.push(Goal { wanted: wanted.into(), reached });
    }

    /// Compares round by round and notes whether the median reaches the goal.
    pub(crate) fn compare(&mut self, of: &str, goal: f64, quotients: &[f64]) {
        self.ratio = Ratio::of(quotients);
        of.clone_into(&mut self.ratio_of);
        let reached = self.ratio.as_ref().is_some_and(|ratio| ratio.median >= goal);
        self.goal(format!("≥ {goal:.2} {of}"), reached);
    }

    /// One line for the terminal.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("{:<10} {:<34}", self.name, self.case);
        for (label, figures) in [("", &self.product), ("L ", &self.limit), ("H ", &self.transport)]
        {
            if let Some(f) = figures {
                let _ = write!(
                    line,
                    " | {label}{:.0}/s p50 {:.2} p95 {:.2} p99 {:.2} ms, cpu {:.0}+{:.0} µs, others {:.0} %",
                    f.rate, f.p50, f.p95, f.p99, f.server_cpu, f.postgres_cpu, f.others
                );
                if f.refused + f.failed > 0 {
                    let _ = write!(line, ", {} refused, {} failed", f.refused, f.failed);
                }
            }
        }
        if let Some(ratio) = &self.ratio {
            let _ = write!(
                line,
                " | {:.2} {} ({:.2}–{:.2})",
                ratio.median, self.ratio_of, ratio.least, ratio.most
            );
        }
        for note in &self.notes {
            let _ = write!(line, " | {note}");
        }
        for goal in &self.goals {
            let _ = write!(line, " | {} {}", if goal.reached { "✓" } else { "✗" }, goal.wanted);
        }
        line
    }

    fn table_line(&self) -> String {
        let number = |f: &Option<Figures>, pick: fn(&Figures) -> f64, digits: usize| {
            f.as_ref().map_or(String::new(), |f| format!("{:.digits$}", pick(f)))
        };
        let ratio = self.ratio.as_ref().map_or(String::new(), |ratio| {
            format!(
                "**{:.2} {}** ({:.2}–{:.2})",
                ratio.median, self.ratio_of, ratio.least, ratio.most
            )
        });
        let goals: Vec<String> = self
            .goals
            .iter()
            .map(|goal| format!("{} {}", if goal.reached { "✓" } else { "✗" }, goal.wanted))
            .collect();
        let times = self
            .product
            .as_ref()
            .map_or(String::new(), |f| format!("{:.2} / {:.2} / {:.2}", f.p50, f.p95, f.p99));
        let cpu = self
            .product
            .as_ref()
            .map_or(String::new(), |f| format!("{:.0} + {:.0}", f.server_cpu, f.postgres_cpu));
        let others = [&self.product, &self.limit, &self.transport].into_iter().flatten();
        let others = others
            .map(|f| f.others)
            .reduce(f64::max)
            .map_or(String::new(), |share| format!("{share:.0} %"));
        format!(
            "| `{}` | {} | {} | {} | {} | {ratio} | {times} | {} | {cpu} | {others} | {} | {} |",
            self.name,
            self.case,
            number(&self.product, |f| f.rate, 0),
            number(&self.limit, |f| f.rate, 0),
            number(&self.transport, |f| f.rate, 0),
            number(&self.limit, |f| f.p95, 2),
            self.notes.join("; "),
            goals.join("<br>")
        )
    }
}

/// Adds the rows to those of earlier runs and writes both files. Cases of a benchmark that were not measured this time go.
pub(crate) fn write(postgres: &Postgres, rows: &[Row], date: &str) -> Result<()> {
    let known = fs::read_to_string(FILE).ok().and_then(|text| serde_json::from_str(&text).ok());
    let mut document: Document = known.unwrap_or_default();
    document.machine = machine::description(&postgres.version);
    let run = format!("{date}, {}", machine::commit());
    document.rows.retain(|_, known| !rows.iter().any(|row| row.name == known.name));
    for (index, row) in rows.iter().enumerate() {
        let place = ORDER.iter().position(|name| *name == row.name).unwrap_or(ORDER.len());
        let key = format!("{place:02}.{index:02} {} {}", row.name, row.case);
        document.rows.insert(key, Row { run: run.clone(), ..row.clone() });
    }
    fs::write(FILE, serde_json::to_string_pretty(&document)? + "\n")?;
    between_markers(Path::new(TABLE), &table(&document))
}

fn table(document: &Document) -> String {
    let mut text = format!("Machine: {}.\n\n", document.machine);
    text += "| benchmark | case | product /s | L /s | H /s | ratio | p50 / p95 / p99 ms | p95 of L | CPU µs service + Postgres | others | | goal |\n";
    text += "|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    for row in document.rows.values() {
        text += &row.table_line();
        text.push('\n');
    }
    let mut runs: Vec<&str> = document.rows.values().map(|row| row.run.as_str()).collect();
    runs.sort_unstable();
    runs.dedup();
    let _ = write!(text, "\nMeasured: {}.\n", runs.join("; "));
    text
}

fn between_markers(path: &Path, table: &str) -> Result<()> {
    let text = fs::read_to_string(path)?;
    let missing = || format!("{} has no markers", path.display());
    let (before, rest) = text.split_once(BEGIN).with_context(missing)?;
    let (_, after) = rest.split_once(END).with_context(missing)?;
    fs::write(path, format!("{before}{BEGIN}\n\n{table}\n{END}{after}"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_around_the_table_stays() {
        let path = std::env::temp_dir().join(format!("bench-report-{}.md", std::process::id()));
        fs::write(&path, format!("before\n{BEGIN}\nold\n{END}\nafter\n")).unwrap();
        between_markers(&path, "| new |\n").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert!(text.starts_with("before\n") && text.ends_with("after\n"));
        assert!(text.contains("| new |") && !text.contains("old"));
    }

    #[test]
    fn a_goal_is_reached_by_the_median() {
        let mut row = Row::new("book", "32 connections");
        row.compare("L", 0.7, &[0.9, 0.69, 0.5]);
        assert!(!row.goals.iter().any(|goal| goal.reached));
        row.compare("L", 0.7, &[0.9, 0.71, 0.5]);
        assert!(row.goals.iter().any(|goal| goal.reached));
        assert!(row.table_line().contains("**0.71 L** (0.50–0.90)"));
    }
}
