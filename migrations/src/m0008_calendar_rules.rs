//! The rest of the calendar: rhythms, exceptions, channels, buffers, contingents, places per person, cooling times,
//! and swapping equal counters. `docs/calendar.md` says what the rules mean, `docs/booking.md` how they are locked.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    ALTER TABLE opening_rule
        ADD every_weeks integer NOT NULL DEFAULT 1 CHECK (every_weeks BETWEEN 1 AND 52),
        -- any day of a week in which the rule holds; the rhythm counts from there
        ADD anchor date,
        -- [1, 3] is the first and third such weekday of the month, -1 the last; null is every one
        ADD month_weeks jsonb,
        ADD channels jsonb NOT NULL DEFAULT '[\"online\", \"phone\"]',
        ADD on_holidays boolean NOT NULL DEFAULT false;

    -- The hours of one counter on one date, instead of what the rules say.
    CREATE TABLE opening_exception (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        counter_id uuid NOT NULL,
        day date NOT NULL,
        from_minute integer NOT NULL CHECK (from_minute BETWEEN 0 AND 1435),
        to_minute integer NOT NULL CHECK (to_minute <= 1440),
        breaks jsonb NOT NULL,
        channels jsonb NOT NULL,
        PRIMARY KEY (tenant_id, id),
        CHECK (to_minute > from_minute),
        CHECK (from_minute % 5 = 0 AND to_minute % 5 = 0),
        FOREIGN KEY (tenant_id, counter_id) REFERENCES counter (tenant_id, id)
    );
    CREATE INDEX opening_exception_day ON opening_exception (tenant_id, counter_id, day);

    -- How much of a location's open time a channel may fill, until the rest is released to it.
    CREATE TABLE contingent (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        location_id uuid NOT NULL,
        channel text NOT NULL CHECK (channel IN ('online', 'phone')),
        percent integer NOT NULL CHECK (percent BETWEEN 0 AND 100),
        release_days integer CHECK (release_days BETWEEN 0 AND 365),
        release_minute integer CHECK (release_minute BETWEEN 0 AND 1435),
        PRIMARY KEY (tenant_id, location_id, channel),
        CHECK ((release_days IS NULL) = (release_minute IS NULL)),
        FOREIGN KEY (tenant_id, location_id) REFERENCES location (tenant_id, id)
    );

    ALTER TABLE service
        ADD buffer_before_minutes integer NOT NULL DEFAULT 0 CHECK (buffer_before_minutes BETWEEN 0 AND 240),
        ADD buffer_after_minutes integer NOT NULL DEFAULT 0 CHECK (buffer_after_minutes BETWEEN 0 AND 240),
        ADD notice_minutes integer CHECK (notice_minutes >= 0),
        ADD horizon_days integer CHECK (horizon_days >= 1),
        ADD raster_minutes integer CHECK (raster_minutes BETWEEN 5 AND 480 AND raster_minutes % 5 = 0),
        ADD max_per_person integer CHECK (max_per_person >= 1);

    -- Counts the changes of hours and closures. Whoever changes them locks the row, so that changes follow each other.
    -- edited: the office has published a change of its own; the municipality's file no longer overwrites the hours.
    CREATE TABLE calendar_state (
        tenant_id uuid PRIMARY KEY REFERENCES tenant (id),
        revision bigint NOT NULL DEFAULT 0,
        edited boolean NOT NULL DEFAULT false
    );

    -- Each person has as many numbered places as the limit allows; an appointment takes one until it is over. The key
    -- is the guard: two requests cannot take the same place. The service is nil where all services count together.
    CREATE TABLE person_place (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        person bytea NOT NULL,
        service_id uuid NOT NULL,
        place integer NOT NULL CHECK (place > 0),
        appointment_id uuid NOT NULL,
        until timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, person, service_id, place)
    );
    CREATE INDEX person_place_appointment ON person_place (tenant_id, appointment_id);
    CREATE INDEX person_place_until ON person_place (tenant_id, until);

    -- `open` says what can be booked online. What is open for phone bookings and for people without an appointment
    -- is told beside it.
    ALTER TABLE day_map
        ADD open_phone bit(300) NOT NULL DEFAULT repeat('0', 300)::bit(300),
        ADD open_walk_in bit(300) NOT NULL DEFAULT repeat('0', 300)::bit(300);

    ALTER TABLE live_time
        ADD channel text NOT NULL DEFAULT 'online' CHECK (channel IN ('online', 'phone')),
        -- The same guard as before. Deferrable, because swapping two counters passes through a moment in which both
        -- times are at one of them; only make_room() defers it, and for two statements.
        DROP CONSTRAINT live_time_no_overlap,
        ADD CONSTRAINT live_time_no_overlap EXCLUDE USING gist
            (tenant_id WITH =, counter_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
            DEFERRABLE INITIALLY IMMEDIATE;

    -- The times of a place's day: for contingents and for swapping.
    CREATE INDEX live_time_day ON live_time (tenant_id, location_id, day);

    DO $$ BEGIN
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON opening_rule, closure TO %I',
                       current_setting('app.application_role'));
    END $$;
    ",
    [
        ("opening_exception", Write),
        ("contingent", Read),
        ("calendar_state", Write),
        ("person_place", Write),
    ]
);
