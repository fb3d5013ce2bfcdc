//! What a distributed database takes (`docs/operations.md`), tried on Citus.
//!
//! * It knows no `ON DELETE SET NULL` for a key that holds the municipality. Nothing uses it: whoever deletes a person deletes
//!   their appointments first.
//! * Some functions are said in other words; what they do is the same.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    concat!(
        include_str!("sql/distributable.sql"),
        "
    ALTER TABLE appointment ADD CONSTRAINT appointment_customer
        FOREIGN KEY (tenant_id, subject_id) REFERENCES customer (tenant_id, subject_id) NOT VALID;
    ALTER TABLE appointment VALIDATE CONSTRAINT appointment_customer;
    ALTER TABLE appointment DROP CONSTRAINT appointment_tenant_id_subject_id_fkey;
    "
    ),
    []
);
