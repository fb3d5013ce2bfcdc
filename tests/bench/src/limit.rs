//! The limit: the same SQL by pgbench, with nothing around it. Scripts are templates in `tests/bench/sql`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{figures::Figures, load::Length, postgres::Postgres};

/// Transactions that each client of a counted run does before it is counted.
pub(crate) const WARM_ERRANDS: usize = 3;
/// Seconds that a timed run goes on before it is counted: backends are new in each run and have everything to learn.
const WARM_SECONDS: u64 = 1;

/// Runs pgbench.
#[derive(Debug)]
pub(crate) struct Pgbench {
    /// Where scripts and logs are written.
    scratch: PathBuf,
    runs: AtomicU32,
}

impl Pgbench {
    pub(crate) fn new(scratch: &Path) -> Self {
        Self { scratch: scratch.to_owned(), runs: AtomicU32::new(1) }
    }

    /// Runs a script with `clients` connections. Each client has `:n` (0, to be counted up) and `:run` (the run's number).
    pub(crate) fn run(
        &self,
        postgres: &Postgres,
        database: &str,
        role: &str,
        script: &str,
        clients: usize,
        length: Length,
    ) -> Result<Figures> {
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        let folder = self.scratch.join(format!("pgbench-{run}"));
        fs::create_dir_all(&folder)?;
        let file = folder.join("script.sql");
        fs::write(&file, script)?;
        let log = folder.join("log");
        let (flag, amount) = match length {
            Length::Time(span) => ("-T", span.as_secs().max(1) + WARM_SECONDS),
            Length::Errands(errands) => ("-t", (errands + WARM_ERRANDS) as u64),
        };
        let output = Command::new("pgbench")
            // planning anew for each place finds the same plan
            .env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan")
            .args(["-n", "-M", "prepared", "-l", "-h", &postgres.socket, "-U", role])
            .args(["-c", &clients.to_string(), "-j", &clients.min(2).to_string()])
            .args([flag, &amount.to_string(), "-D", "n=0", "-D", &format!("run={run}")])
            .arg("--log-prefix")
            .arg(&log)
            .arg("-f")
            .arg(&file)
            .arg(database)
            .output()
            .context("pgbench is not installed")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() || errors.contains("aborted") {
            bail!("pgbench: {}", errors.lines().take(6).collect::<Vec<_>>().join("\n"));
        }
        let lines = read(&folder)?;
        fs::remove_dir_all(&folder)?;
        Ok(summary(&lines, length))
    }
}

/// One transaction of the log.
#[derive(Debug, Clone, Copy)]
struct Line {
    number: usize,
    micros: u32,
    /// When it ended, in microseconds of the epoch.
    ended: u64,
}

fn read(folder: &Path) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            continue;
        }
        let text = fs::read_to_string(path)?;
        lines.extend(text.lines().filter_map(line));
    }
    Ok(lines)
}

/// `client_id transaction_no time script_no time_epoch time_us`
fn line(text: &str) -> Option<Line> {
    let mut fields = text.split(' ');
    let number = fields.nth(1)?.parse().ok()?;
    let micros = fields.next()?.parse().ok()?;
    let seconds: u64 = fields.nth(1)?.parse().ok()?;
    let rest: u64 = fields.next()?.parse().ok()?;
    Some(Line { number, micros, ended: seconds * 1_000_000 + rest })
}

fn summary(lines: &[Line], length: Length) -> Figures {
    let began = |line: &Line| line.ended.saturating_sub(u64::from(line.micros));
    let counted: Vec<Line> = match length {
        Length::Time(_) => {
            let first = lines.iter().map(began).min().unwrap_or_default();
            let warm = first + WARM_SECONDS * 1_000_000;
            lines.iter().filter(|line| began(line) >= warm).copied().collect()
        }
        Length::Errands(_) => {
            // pgbench counts from one
            lines.iter().filter(|line| line.number > WARM_ERRANDS).copied().collect()
        }
    };
    let first = counted.iter().map(began).min().unwrap_or_default();
    let last = counted.iter().map(|line| line.ended).max().unwrap_or_default();
    let micros = counted.iter().map(|line| line.micros).collect();
    Figures::of(micros, Duration::from_micros(last.saturating_sub(first)))
}

/// Fills a template: `{{name}}` becomes the value.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut text = template.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    match text.split_once("{{") {
        Some((_, rest)) => bail!("nothing fills {{{{{}", rest.get(..20).unwrap_or(rest)),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_while_warming_up_does_not_count() {
        let lines: Vec<Line> = (1..=400u32)
            .filter_map(|n| line(&format!("0 {n} 10000 0 {} {}", n / 100, n % 100 * 10_000)))
            .collect();
        assert_eq!(lines.len(), 400);
        let timed = summary(&lines, Length::Time(Duration::from_secs(3)));
        assert!((299..=301).contains(&timed.done), "{}", timed.done);
        assert!((timed.rate - 100.0).abs() < 1.0, "{}", timed.rate);
        let counted = summary(&lines, Length::Errands(397));
        assert_eq!(counted.done, 397);
    }

    #[test]
    fn a_template_is_filled_completely() {
        assert_eq!(fill("a {{b}} c", &[("b", "x")]).unwrap(), "a x c");
        assert!(fill("a {{b}} {{d}}", &[("b", "x")]).is_err());
    }
}
