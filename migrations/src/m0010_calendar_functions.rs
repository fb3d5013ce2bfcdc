//! What the hot paths call: taking, exchanging, cooling and giving back a time, reserving and booking. Each use case is
//! one call. `docs/booking.md` explains the locks. Nobody has been released with the functions of `m0004_calendar`.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    concat!(
        "
        DROP FUNCTION exchange_time(uuid, uuid, date, integer, integer, uuid[], timestamptz, uuid, timestamptz,
                                    timestamptz, timestamptz, uuid);
        DROP FUNCTION claim_time(uuid, uuid, date, integer, integer, uuid[], timestamptz, uuid, timestamptz,
                                 timestamptz, timestamptz);
        DROP FUNCTION free_time(uuid, uuid, text, timestamptz);
        ",
        include_str!("sql/times.sql"),
        include_str!("sql/use_cases.sql"),
    ),
    []
);
