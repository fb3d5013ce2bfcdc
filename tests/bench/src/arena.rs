//! Where limit and product meet: both are measured in turn, round after round, on the same server and the same data.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result};

use crate::{
    figures::{Figures, number},
    limit::Pgbench,
    load::{self, Length, Visitor},
    login,
    machine::{self, Usage},
    postgres::Postgres,
    server::{Program, Server},
};

/// How thorough a run is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Rounds, each with every contestant.
    pub(crate) rounds: usize,
    /// How long a contestant is measured in a round.
    pub(crate) span: Duration,
    /// Whether sizes are those of a look and not of a measurement.
    pub(crate) quick: bool,
}

impl Pace {
    pub(crate) fn full() -> Self {
        Self { rounds: 5, span: Duration::from_secs(3), quick: false }
    }

    pub(crate) fn quick() -> Self {
        Self { rounds: 2, span: Duration::from_secs(1), quick: true }
    }
}

/// Everything that a run has.
#[derive(Debug)]
pub(crate) struct Arena {
    pub(crate) postgres: Postgres,
    pub(crate) program: Program,
    pub(crate) pace: Pace,
    /// A directory of the run.
    pub(crate) scratch: PathBuf,
    pgbench: Pgbench,
    redis: Option<u32>,
}

/// What is measured in a round.
pub(crate) enum Contestant<'a> {
    /// The SQL alone.
    Limit { database: &'a str, role: &'a str, script: String, clients: usize },
    /// Comparing a password, and nothing else.
    Comparisons { stored: &'a str, threads: usize },
    /// The service.
    Service {
        server: &'a Server,
        clients: usize,
        visitor: &'a (dyn Fn(usize) -> Box<dyn Visitor> + Sync),
    },
}

impl Arena {
    /// Finds what `deploy/bench.sh` has started.
    pub(crate) fn enter(pace: Pace) -> Result<Self> {
        let scratch = std::env::var_os("BENCH_DIR")
            .context("there is no directory for the run: run `make bench`")?;
        let scratch = PathBuf::from(scratch);
        let redis = std::fs::read_to_string(scratch.join("s/redis/server.pid"));
        Ok(Self {
            postgres: Postgres::of_this_run()?,
            program: Program::beside_this()?,
            pace,
            pgbench: Pgbench::new(&scratch),
            redis: redis.ok().and_then(|pid| pid.trim().parse().ok()),
            scratch,
        })
    }

    /// The usual length of a measurement.
    pub(crate) fn span(&self) -> Length {
        Length::Time(self.pace.span)
    }

    /// Measures one contestant once.
    pub(crate) async fn measure(
        &self,
        contestant: &Contestant<'_>,
        length: Length,
    ) -> Result<Figures> {
        let server = match contestant {
            Contestant::Limit { .. } | Contestant::Comparisons { .. } => None,
            Contestant::Service { server, .. } => Some(*server),
        };
        // the second of warming up was used as well
        let share = match length {
            Length::Time(span) => span.as_secs_f64() / (span.as_secs_f64() + 1.0),
            Length::Errands(_) => 1.0,
        };
        let before = self.usage(server);
        let mut figures = match contestant {
            Contestant::Limit { database, role, script, clients } => {
                self.pgbench.run(&self.postgres, database, role, script, *clients, length)?
            }
            Contestant::Comparisons { stored, threads } => {
                login::comparisons(stored, *threads, self.pace.span).await?
            }
            Contestant::Service { server, clients, visitor } => {
                let visitors = (0..*clients).map(visitor).collect();
                load::closed_loop(&server.address, visitors, length).await?
            }
        };
        self.add_costs(&mut figures, server, before, share);
        Ok(figures)
    }

    /// What was used until now.
    pub(crate) fn usage(&self, server: Option<&Server>) -> Usage {
        machine::usage(server.map(Server::pid), self.postgres.pid, self.redis)
    }

    /// Adds what was used since `before`, of which `share` belongs to what was counted.
    pub(crate) fn add_costs(
        &self,
        figures: &mut Figures,
        server: Option<&Server>,
        before: Usage,
        share: f64,
    ) {
        let spent = self.usage(server).since(before);
        let answers = figures.done + figures.refused;
        let each = share / number(usize::try_from(answers).unwrap_or(usize::MAX)).max(1.0);
        figures.server_cpu = spent.server * each;
        figures.postgres_cpu = spent.postgres * each;
        figures.others = spent.others;
    }

    /// Measures all contestants in turn, as often as the pace says. The first index is the contestant.
    pub(crate) async fn alternate(
        &self,
        contestants: &[Contestant<'_>],
    ) -> Result<Vec<Vec<Figures>>> {
        let mut all = vec![Vec::new(); contestants.len()];
        for round in 0..self.pace.rounds {
            // who begins changes, so that nobody always runs behind the other's checkpoint
            let mut order: Vec<usize> = (0..contestants.len()).collect();
            if round % 2 == 1 {
                order.reverse();
            }
            for index in order {
                let (Some(contestant), Some(rounds)) = (contestants.get(index), all.get_mut(index))
                else {
                    continue;
                };
                rounds.push(self.measure(contestant, self.span()).await?);
            }
        }
        Ok(all)
    }
}
