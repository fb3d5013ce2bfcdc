//! Spans of statements: what kind of statement, on what. Never its text, never a value.

use std::future::Future;

use tracing::{Instrument, Span, field::Empty};

const KINDS: [&str; 6] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CALL"];

/// Does the work in the span of a statement.
pub(crate) async fn traced<T, E>(
    sql: &str,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let span = tracing::info_span!(
        target: kernel::TRACE,
        "statement",
        otel.kind = "client",
        otel.name = Empty,
        otel.status_code = Empty,
        db.system.name = "postgresql",
        db.operation.name = Empty,
        db.collection.name = Empty,
    );
    if span.is_disabled() {
        return work.await;
    }
    describe(&span, sql);
    let done = work.instrument(span.clone()).await;
    if done.is_err() {
        // what went wrong may quote the row; the log says what may be said
        span.record("otel.status_code", "error");
    }
    done
}

fn describe(span: &Span, sql: &str) {
    let kind = kind(sql);
    span.record("db.operation.name", kind);
    match subject(sql) {
        Some(subject) => {
            span.record("db.collection.name", subject);
            span.record("otel.name", format!("{kind} {subject}"));
        }
        None => {
            span.record("otel.name", kind);
        }
    }
}

fn kind(sql: &str) -> &'static str {
    let first = sql.split_whitespace().next().unwrap_or_default();
    KINDS.into_iter().find(|kind| kind.eq_ignore_ascii_case(first)).unwrap_or("OTHER")
}

/// The first table or function that the statement names. Statements are written in this program, with placeholders for values;
/// what does not look like a name of ours is left out all the same.
fn subject(sql: &str) -> Option<&str> {
    let mut words = sql.split_whitespace();
    words.find(|word| {
        ["FROM", "INTO", "UPDATE"].iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
    })?;
    let name = words.next()?.split('(').next()?.trim_matches(['"', ',', ';', ')']);
    let is_name = !name.is_empty()
        && name.len() <= 63
        && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'.');
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_described_without_its_values() {
        for (sql, expected) in [
            ("SELECT a FROM appointment WHERE tenant_id = $1", ("SELECT", Some("appointment"))),
            ("SELECT \"s\".\"id\" FROM \"service\" AS \"s\"", ("SELECT", Some("service"))),
            ("select * from book_appointment($1, $2)", ("SELECT", Some("book_appointment"))),
            ("INSERT INTO job (id) VALUES ($1)", ("INSERT", Some("job"))),
            ("\n  UPDATE keys.subject_key SET x = 1", ("UPDATE", Some("keys.subject_key"))),
            ("DELETE FROM 'Erika'", ("DELETE", None)),
            ("LISTEN jobs", ("OTHER", None)),
        ] {
            assert_eq!((kind(sql), subject(sql)), expected, "{sql}");
        }
    }
}
