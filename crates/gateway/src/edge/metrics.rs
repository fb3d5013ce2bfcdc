//! Figures for Prometheus, without a name, an address or a path.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::TimeDelta;
use http::StatusCode;
use kernel::retention::Category;

use crate::telemetry;

/// What this process counts.
#[derive(Debug, Default)]
pub struct Metrics {
    classes: [AtomicU64; 5],
    milliseconds: AtomicU64,
    /// SMS that a budget has kept from being sent; the worker counts.
    pub(crate) texts_over_budget: Arc<AtomicU64>,
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn count(&self, status: StatusCode, milliseconds: u64) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        if let Some(counter) = self.classes.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        self.milliseconds.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// SMS that a budget has kept from being sent.
    pub fn texts_over_budget(&self) -> u64 {
        self.texts_over_budget.load(Ordering::Relaxed)
    }

    /// The figures in Prometheus' text format.
    pub(crate) fn text(
        &self,
        jobs: &[(&str, i64)],
        overdue: &[(Category, TimeDelta)],
        remains: Option<i64>,
    ) -> String {
        let mut out = String::from(
            "# HELP stadttermin_requests_total Answers by class of status.\n# TYPE stadttermin_requests_total counter\n",
        );
        for (index, counter) in self.classes.iter().enumerate() {
            let count = counter.load(Ordering::Relaxed);
            out += &format!("stadttermin_requests_total{{class=\"{}xx\"}} {count}\n", index + 1);
        }
        out += "# HELP stadttermin_request_milliseconds_total Time spent on answers.\n\
                # TYPE stadttermin_request_milliseconds_total counter\n";
        out += &format!(
            "stadttermin_request_milliseconds_total {}\n",
            self.milliseconds.load(Ordering::Relaxed)
        );
        out += "# HELP stadttermin_sms_over_budget_total SMS that a budget has kept from being sent.\n\
                # TYPE stadttermin_sms_over_budget_total counter\n";
        out += &format!("stadttermin_sms_over_budget_total {}\n", self.texts_over_budget());
        out += "# HELP stadttermin_telemetry_lost_total Spans, log lines and reports of figures that the collector did not get.\n\
                # TYPE stadttermin_telemetry_lost_total counter\n";
        for (signal, count) in telemetry::lost() {
            out += &format!("stadttermin_telemetry_lost_total{{signal=\"{signal}\"}} {count}\n");
        }
        out += "# HELP stadttermin_jobs Jobs in the database: ready, retried after a failure, late by five minutes, dead.\n# TYPE stadttermin_jobs gauge\n";
        for (state, count) in jobs {
            out += &format!("stadttermin_jobs{{state=\"{state}\"}} {count}\n");
        }
        out += "# HELP stadttermin_retention_overdue_seconds For how long the oldest row of any municipality should have been deleted by now.\n\
                # TYPE stadttermin_retention_overdue_seconds gauge\n";
        for (category, late) in overdue {
            let (category, seconds) = (category.key(), late.num_seconds());
            out += &format!(
                "stadttermin_retention_overdue_seconds{{category=\"{category}\"}} {seconds}\n"
            );
        }
        out += "# HELP stadttermin_erasure_remains Erasures at people's wish of which something was still there at the last look.\n\
                # TYPE stadttermin_erasure_remains gauge\n";
        if let Some(remains) = remains {
            out += &format!("stadttermin_erasure_remains {remains}\n");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_class() {
        let metrics = Metrics::default();
        metrics.count(StatusCode::OK, 3);
        metrics.count(StatusCode::NOT_FOUND, 4);
        metrics.texts_over_budget.fetch_add(2, Ordering::Relaxed);
        let jobs = [("dead", 0)];
        let text = metrics.text(&jobs, &[(Category::Hold, TimeDelta::hours(2))], Some(1));
        assert!(text.contains("requests_total{class=\"2xx\"} 1\n"));
        assert!(text.contains("requests_total{class=\"4xx\"} 1\n"));
        assert!(text.contains("request_milliseconds_total 7\n"));
        assert!(text.contains("sms_over_budget_total 2\n"));
        assert!(text.contains("stadttermin_erasure_remains 1\n"));
        assert!(text.contains("stadttermin_jobs{state=\"dead\"} 0\n"));
        assert!(text.contains("stadttermin_retention_overdue_seconds{category=\"hold\"} 7200\n"));
    }
}
