//! Says of what passes a municipality's wall on purpose that it was reviewed: where the check at the start looks for it.
//! A step of a later release does the same with what it adds, so that the program before it goes on starting
//! (docs/adr/0019).

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    COMMENT ON POLICY due_overview ON job IS 'reviewed: workers see which municipality has work';
    COMMENT ON POLICY overdue_overview ON retention_state IS 'reviewed: figures say what is overdue';
    COMMENT ON POLICY remains_overview ON erasure_check IS 'reviewed: figures say what an erasure left behind';
    COMMENT ON FUNCTION recipient_takes_effect IS
        'reviewed bef2463ac7fae6db746709ee46763cb2c2937a633113dfb5cd728b7e7850c1bb';
    COMMENT ON FUNCTION notice_comes_into_force IS
        'reviewed 2c52d8b70aaf13d31ec04dfd9ce932bd27ffe72d428210125edd896e0a03d4f1';
    ",
    []
);
