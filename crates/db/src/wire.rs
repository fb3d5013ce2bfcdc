//! What the fast lane sends and returns: rows, and how Rust types become columns and back. A type of one's own
//! implements [`FromSql`] or [`ToSql`] and says with [`accepts`] which Postgres types it is for.

pub use tokio_postgres::{
    Row,
    types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked},
};
