//! The service on a port, looked at by `stadttermin privacy proof`.

use std::net::{Ipv4Addr, SocketAddr};

use axum::{middleware, response::Response};
use chrono::TimeDelta;
use gateway::{config::Config, proof::Prover};
use privacy::proof::{Finding, Report, Verdict};
use tokio::net::TcpListener;

use crate::{Setup, TestApp, Town};

/// A service that can be looked at, and what looks.
#[derive(Debug)]
pub struct Watched {
    /// The service.
    pub app: TestApp,
    /// How it is configured; a test may change what the look is told.
    pub config: Config,
}

impl Watched {
    /// The demo's municipalities, with an appointment at each, its messages sent and a session open.
    pub async fn start() -> Self {
        Self::tampered(|_| {}).await
    }

    /// The same behind somebody who changes every answer.
    pub async fn tampered(tamper: fn(&mut Response)) -> Self {
        Self::of(Setup::new(), tamper).await
    }

    /// A service of one's own.
    pub async fn of(setup: Setup, tamper: fn(&mut Response)) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let app = Box::pin(setup.at_port(port).start()).await;
        let layer = middleware::map_response(move |mut answer: Response| {
            tamper(&mut answer);
            std::future::ready(answer)
        });
        let router = app.app.router.clone().layer(layer);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        for town in [&app.haltern, &app.musterstadt] {
            app.an_appointment(town).await;
        }
        app.run_jobs().await;
        // who has just booked may not have been written to yet
        app.advance(TimeDelta::minutes(10));
        let config = app.config.clone();
        Self { app, config }
    }

    /// Looks at Haltern.
    pub async fn look(&self) -> Looked {
        self.look_at(&self.app.haltern).await
    }

    /// Looks at a municipality.
    pub async fn look_at(&self, town: &Town) -> Looked {
        let (clock, chance) = (self.app.clock.clone(), self.app.chance.clone());
        let prover = Prover::connect(&self.config, clock, chance).await.expect("a prover");
        let proved = prover.prove(town.id).await.expect("a report");
        Looked { report: proved.report, failed: proved.failed }
    }

    /// Does something as superuser: what the service cannot do to itself.
    pub async fn sql(&self, statement: &'static str) {
        self.app.without_guard(&[statement]).await;
    }
}

/// What a look has shown.
#[derive(Debug)]
pub struct Looked {
    /// Statement by statement.
    pub report: Report,
    /// Looks that failed.
    pub failed: usize,
}

impl Looked {
    /// What was found about a statement.
    pub fn finding(&self, statement: u8) -> &Finding {
        let mut all = self.report.findings.iter();
        all.find(|finding| finding.statement == statement).expect("every statement is looked at")
    }

    /// The statements with a verdict.
    pub fn with(&self, verdict: Verdict) -> Vec<u8> {
        let all = self.report.findings.iter().filter(|finding| finding.verdict == verdict);
        all.map(|finding| finding.statement).collect()
    }

    /// Fails unless the statement is violated and the evidence says so.
    pub fn assert_violated(&self, statement: u8, evidence: &str) {
        let finding = self.finding(statement);
        assert_eq!(finding.verdict, Verdict::Violated, "{finding:?}");
        assert!(finding.evidence.contains(evidence), "{finding:?}");
    }
}
