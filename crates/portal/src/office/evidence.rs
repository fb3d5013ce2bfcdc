//! The latest proof of the notice, for the data-protection officer: each statement, what was seen, and what follows.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use kernel::policy::Action;
use privacy::proof::{self, Finding, Report, Verdict};
use serde_json::json;

use super::moment;
use crate::{
    caller::Caller,
    error::Failure,
    page::{Page, Shown, show},
};

/// Where the proof is.
pub(super) const ADDRESS: &str = "/amt/datenschutz/nachweis";

#[derive(askama::Template)]
#[template(path = "office_evidence.html")]
pub(crate) struct EvidencePage {
    pub page: Page,
    /// When it was looked at, and at which version; empty when it never was.
    pub when: String,
    /// How many statements hold, are violated, cannot be seen.
    pub summary: String,
    pub is_clean: bool,
    /// Violated ones first.
    pub lines: Vec<EvidenceLine>,
    pub file: String,
}

/// A statement and what was seen of it.
#[derive(Debug, Clone)]
pub(crate) struct EvidenceLine {
    pub number: u8,
    pub section: u8,
    pub says: &'static str,
    pub verdict: String,
    pub is_violated: bool,
    pub evidence: String,
}

/// `GET /amt/datenschutz/nachweis`
pub(crate) async fn page(caller: Caller) -> Result<Response, Failure> {
    let report = report(&caller).await?;
    let page = caller.page();
    let page = page.clone().titled(page.t("evidence-title"));
    let zone = caller.town().zone();
    let view = match report {
        Some(report) => EvidencePage::of(&page, &report, &moment(&page, report.at, zone)),
        None => EvidencePage::never(&page),
    };
    Ok(show(&view, page.locale, StatusCode::OK, Shown::Personal))
}

/// `GET /amt/datenschutz/nachweis/nachweis.json`
pub(crate) async fn file(caller: Caller) -> Result<Response, Failure> {
    // nobody has looked yet: no findings, and no moment
    let report = report(&caller).await?;
    let all = report.iter().flat_map(|report| &report.findings);
    let findings = all.filter_map(|finding| {
        let statement = finding.of()?;
        Some(json!({
            "number": statement.number, "section": statement.section, "statement": statement.says,
            "verdict": finding.verdict, "evidence": finding.evidence,
        }))
    });
    let body = json!({
        "tenant": caller.town().slug,
        "at": report.as_ref().map(|report| report.at),
        "noticeVersion": report.as_ref().map(|report| report.notice_version),
        "findings": findings.collect::<Vec<_>>(),
    });
    let headers = [
        (header::CONTENT_DISPOSITION, "attachment; filename=\"nachweis.json\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, axum::Json(body)).into_response())
}

async fn report(caller: &Caller) -> Result<Option<Report>, Failure> {
    let ctx = caller.office(Action::ReadRecord).await?;
    let tx = caller.db().begin(&ctx).await?;
    let report = proof::latest(&ctx, &tx).await?;
    tx.commit().await?;
    Ok(report)
}

impl EvidencePage {
    /// A report in the person's language; statements and evidence are German.
    pub fn of(page: &Page, report: &Report, when: &str) -> Self {
        let count = |verdict| report.count(verdict);
        let mut lines: Vec<EvidenceLine> =
            report.findings.iter().filter_map(|finding| line(page, finding)).collect();
        lines.sort_by_key(|line| (!line.is_violated, line.number));
        let parts = [Verdict::Holds, Verdict::Violated, Verdict::Unchecked]
            .map(|verdict| page.t1(summary_key(verdict), "count", count(verdict)));
        let version = report.notice_version.to_string();
        Self {
            when: page.t2("evidence-when", ("when", when), ("version", &version)),
            summary: parts.join(", "),
            is_clean: report.is_clean(),
            lines,
            file: format!("{ADDRESS}/nachweis.json"),
            page: page.clone(),
        }
    }

    /// Before the first look.
    pub fn never(page: &Page) -> Self {
        Self {
            when: String::new(),
            summary: String::new(),
            is_clean: true,
            lines: Vec::new(),
            file: String::new(),
            page: page.clone(),
        }
    }
}

fn line(page: &Page, finding: &Finding) -> Option<EvidenceLine> {
    let statement = finding.of()?;
    Some(EvidenceLine {
        number: statement.number,
        section: statement.section,
        says: statement.says,
        verdict: page.t(verdict_key(finding.verdict)),
        is_violated: finding.verdict == Verdict::Violated,
        evidence: finding.evidence.clone(),
    })
}

fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "evidence-holds",
        Verdict::Violated => "evidence-violated",
        Verdict::Unchecked => "evidence-unchecked",
    }
}

fn summary_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "evidence-count-holds",
        Verdict::Violated => "evidence-count-violated",
        Verdict::Unchecked => "evidence-count-unchecked",
    }
}
