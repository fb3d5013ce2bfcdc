//! The day map (claim lock and read model) and the live times with the guard against double booking.
//! `docs/booking.md` explains how they work together.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    -- One row per counter and local day. Bit i is the five minutes that begin 5·i minutes after local midnight,
    -- in elapsed time: 288 bits on most days, 276 and 300 on the nights when the clocks change.
    CREATE TABLE day_map (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        counter_id uuid NOT NULL,
        day date NOT NULL,
        location_id uuid NOT NULL,
        open bit(300) NOT NULL,
        busy bit(300) NOT NULL DEFAULT repeat('0', 300)::bit(300),
        PRIMARY KEY (tenant_id, counter_id, day),
        FOREIGN KEY (tenant_id, counter_id) REFERENCES counter (tenant_id, id)
    ) WITH (fillfactor = 60);
    CREATE INDEX day_map_location ON day_map (tenant_id, location_id, day);

    -- Times that are held or booked and not over yet. Small on purpose: the past is moved out.
    -- expires_at is set for reservations and null for appointments.
    CREATE TABLE live_time (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        location_id uuid NOT NULL,
        counter_id uuid NOT NULL,
        day date NOT NULL,
        first_tick integer NOT NULL CHECK (first_tick >= 0),
        ticks integer NOT NULL CHECK (ticks > 0 AND first_tick + ticks <= 300),
        starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL,
        expires_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CHECK (ends_at > starts_at),
        FOREIGN KEY (tenant_id, counter_id) REFERENCES counter (tenant_id, id),
        -- The guard that no code path can pass: two live times of one counter never overlap.
        CONSTRAINT live_time_no_overlap EXCLUDE USING gist
            (tenant_id WITH =, counter_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    );
    CREATE INDEX live_time_expiring ON live_time (tenant_id, location_id, day) WHERE expires_at IS NOT NULL;
    CREATE INDEX live_time_over ON live_time (tenant_id, ends_at);

    CREATE FUNCTION tick_mask(first_tick integer, ticks integer) RETURNS bit(300)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN repeat('1', ticks)::bit(300) >> first_tick;

    -- How many free ticks in a row a visit would be cut out of: less is a better fit.
    CREATE FUNCTION free_run(free bit(300), first_tick integer, ticks integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN length(substr(free::text, 1, first_tick)) - length(rtrim(substr(free::text, 1, first_tick), '1'))
         + length(substr(free::text, first_tick + ticks + 1)) - length(ltrim(substr(free::text, first_tick + ticks + 1), '1'))
         + ticks;

    -- Takes a time at the best fitting of the counters that can serve it and returns the counter, or null.
    -- Locks: day maps of one location and day, always in the order of counter ids; live times after them.
    CREATE FUNCTION claim_time(
        p_tenant uuid, p_location uuid, p_day date, p_first integer, p_ticks integer, p_counters uuid[],
        p_now timestamptz, p_id uuid, p_starts_at timestamptz, p_ends_at timestamptz, p_expires_at timestamptz
    ) RETURNS uuid LANGUAGE plpgsql AS $$
    DECLARE
        mask bit(300) := tick_mask(p_first, p_ticks);
        chosen uuid;
    BEGIN
        -- An expired reservation gives its time back to the first who wants it; no sweeper is needed for that.
        IF EXISTS (SELECT FROM live_time WHERE tenant_id = p_tenant AND location_id = p_location
                      AND day = p_day AND expires_at <= p_now) THEN
            PERFORM FROM day_map WHERE tenant_id = p_tenant AND location_id = p_location AND day = p_day
              ORDER BY counter_id FOR UPDATE;
            WITH expired AS (
                DELETE FROM live_time WHERE tenant_id = p_tenant AND location_id = p_location
                   AND day = p_day AND expires_at <= p_now
                RETURNING counter_id, first_tick, ticks
            ), freed AS (
                SELECT counter_id, bit_or(tick_mask(first_tick, ticks)) AS mask FROM expired GROUP BY counter_id
            )
            UPDATE day_map m SET busy = m.busy & ~freed.mask FROM freed
             WHERE m.tenant_id = p_tenant AND m.day = p_day AND m.counter_id = freed.counter_id;
        END IF;

        SELECT counter_id INTO chosen FROM (
            SELECT counter_id, open & ~busy AS free FROM day_map
             WHERE tenant_id = p_tenant AND day = p_day AND counter_id = ANY (p_counters)
               AND (open & ~busy & mask) = mask
             ORDER BY counter_id FOR UPDATE
        ) AS fitting
        ORDER BY free_run(free, p_first, p_ticks), array_position(p_counters, counter_id) LIMIT 1;
        IF chosen IS NULL THEN
            RETURN NULL;
        END IF;

        UPDATE day_map SET busy = busy | mask
         WHERE tenant_id = p_tenant AND counter_id = chosen AND day = p_day AND (open & ~busy & mask) = mask;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        INSERT INTO live_time (tenant_id, id, location_id, counter_id, day, first_tick, ticks, starts_at, ends_at, expires_at)
        VALUES (p_tenant, p_id, p_location, chosen, p_day, p_first, p_ticks, p_starts_at, p_ends_at, p_expires_at);
        RETURN chosen;
    END $$;

    -- Gives a time back and returns whether it did. The caller says what it believes the time to be, and the row is
    -- looked at again under its lock: 'held' is a reservation, 'expired' one that ran out by p_now, 'booked' an
    -- appointment. A reservation that is booked in this very moment is none any more, and keeps its time.
    CREATE FUNCTION free_time(p_tenant uuid, p_id uuid, p_kind text, p_now timestamptz) RETURNS boolean
    LANGUAGE plpgsql AS $$
    DECLARE
        held live_time;
    BEGIN
        SELECT * INTO held FROM live_time WHERE tenant_id = p_tenant AND id = p_id;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        PERFORM FROM day_map WHERE tenant_id = p_tenant AND counter_id = held.counter_id AND day = held.day FOR UPDATE;
        DELETE FROM live_time
         WHERE tenant_id = p_tenant AND id = p_id
           AND CASE p_kind WHEN 'booked' THEN expires_at IS NULL
                           WHEN 'held' THEN expires_at IS NOT NULL
                           ELSE expires_at <= p_now END
        RETURNING * INTO held;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        UPDATE day_map SET busy = busy & ~tick_mask(held.first_tick, held.ticks)
         WHERE tenant_id = p_tenant AND counter_id = held.counter_id AND day = held.day;
        RETURN true;
    END $$;

    -- Exchanges a time for another in one step: the old one is given back only together with taking the new one.
    -- p_expires_at is null for appointments, which keep their id, and set for reservations, which get a new one.
    -- Returns the counter, or null and nothing is changed.
    CREATE FUNCTION exchange_time(
        p_tenant uuid, p_location uuid, p_day date, p_first integer, p_ticks integer, p_counters uuid[],
        p_now timestamptz, p_id uuid, p_starts_at timestamptz, p_ends_at timestamptz, p_expires_at timestamptz,
        p_old uuid
    ) RETURNS uuid LANGUAGE plpgsql AS $$
    DECLARE
        held live_time;
        chosen uuid;
        kind text := CASE WHEN p_expires_at IS NULL THEN 'booked' ELSE 'held' END;
    BEGIN
        SELECT * INTO held FROM live_time WHERE tenant_id = p_tenant AND id = p_old;
        -- all the maps that this and the functions it calls may touch, in the one order
        PERFORM FROM day_map
          WHERE tenant_id = p_tenant
            AND ((counter_id = held.counter_id AND day = held.day)
              OR (location_id = p_location AND day = p_day))
          ORDER BY counter_id, day FOR UPDATE;
        BEGIN
            -- an appointment without its time cannot be moved; a reservation that is gone leaves nothing to give back
            IF NOT free_time(p_tenant, p_old, kind, p_now) AND kind = 'booked' THEN
                RETURN NULL;
            END IF;
            chosen := claim_time(p_tenant, p_location, p_day, p_first, p_ticks, p_counters, p_now, p_id,
                                 p_starts_at, p_ends_at, p_expires_at);
            IF chosen IS NULL THEN
                RAISE EXCEPTION 'taken' USING ERRCODE = 'P0002';
            END IF;
        EXCEPTION WHEN no_data_found THEN
            RETURN NULL; -- the block is undone: the old time is still held
        END;
        RETURN chosen;
    END $$;
    ",
    [("day_map", Write), ("live_time", Write)]
);
