//! The machine: what it is, and who uses its processors while something is measured.

use std::{collections::HashMap, fs, process::Command};

/// Processor time since the machine started, in ticks of ten milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    all: u64,
    idle: u64,
    ours: u64,
    server: u64,
    postgres: u64,
}

/// What was used between two moments.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    /// The service's, in microseconds.
    pub(crate) server: f64,
    /// That of Postgres, in microseconds.
    pub(crate) postgres: f64,
    /// What others took of the machine, stolen time included, in percent.
    pub(crate) others: f64,
}

const TICK_MICROS: f64 = 10_000.0;

/// Looks at all processes. `server` and `postgres` are the ids of the two programs that are measured.
pub(crate) fn usage(server: Option<u32>, postgres: u32, redis: Option<u32>) -> Usage {
    let (all, idle) = whole_machine();
    let mut parents = HashMap::new();
    let mut ticks = HashMap::new();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    for pid in entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        if let Some((parent, used)) = process(pid) {
            parents.insert(pid, parent);
            ticks.insert(pid, used);
        }
    }
    let mut usage = Usage { all, idle, ..Usage::default() };
    let bench = std::process::id();
    for (pid, used) in &ticks {
        let mut above = *pid;
        let root = loop {
            if Some(above) == server || above == postgres || above == bench || Some(above) == redis
            {
                break Some(above);
            }
            match parents.get(&above) {
                Some(parent) if *parent != 0 => above = *parent,
                _ => break None,
            }
        };
        let Some(root) = root else { continue };
        usage.ours += used;
        if Some(root) == server {
            usage.server += used;
        } else if root == postgres {
            usage.postgres += used;
        }
    }
    usage
}

impl Usage {
    /// What was used since `before`.
    pub(crate) fn since(self, before: Self) -> Spent {
        let ticks = |after: u64, before: u64| {
            f64::from(u32::try_from(after.saturating_sub(before)).unwrap_or(u32::MAX))
        };
        let all = ticks(self.all, before.all);
        let busy = all - ticks(self.idle, before.idle);
        let others = busy - ticks(self.ours, before.ours);
        Spent {
            server: ticks(self.server, before.server) * TICK_MICROS,
            postgres: ticks(self.postgres, before.postgres) * TICK_MICROS,
            others: (100.0 * others / all.max(1.0)).max(0.0),
        }
    }
}

fn whole_machine() -> (u64, u64) {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields: Vec<u64> = text
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        // user nice system idle iowait irq softirq steal; guests are counted in user already
        .take(8)
        .filter_map(|field| field.parse().ok())
        .collect();
    let idle = fields.iter().skip(3).take(2).sum();
    (fields.iter().sum(), idle)
}

/// Parent and processor time of a process, that of its children that ended included.
fn process(pid: u32) -> Option<(u32, u64)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let used = field(11)? + field(12)? + field(13)? + field(14)?;
    Some((u32::try_from(field(1)?).ok()?, used))
}

/// Resident memory of a process in megabytes.
pub(crate) fn resident_mb(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or_default()
        / 1024.0
}

/// One line about processors, memory, system and versions.
pub(crate) fn description(postgres: &str) -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("processor unknown", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory
        .lines()
        .find_map(|line| {
            line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<u64>().ok()
        })
        .unwrap_or_default();
    let kernel = said("uname", &["-sr"]);
    format!("{cores} × {model}, {} GiB, {kernel}, PostgreSQL {postgres}", memory / 1024 / 1024)
}

/// The commit that is measured, with a plus when files were changed after it.
pub(crate) fn commit() -> String {
    let changed = said("git", &["status", "--porcelain", "--untracked-files=no"]);
    let mark = if changed.is_empty() { "" } else { "+" };
    format!("{}{mark}", said("git", &["rev-parse", "--short", "HEAD"]))
}

/// What a program writes; nothing when it is not there.
pub(crate) fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&text).trim().to_owned()
}
