-- A time to take. `starts_at` to `ends_at` is what is occupied at the counter, buffers included; `lead` is the buffer
-- before, in ticks. `counters` are those that can serve the visit, the preferred first; counters of the same number in
-- `teams` are equal in what they can do. `percent` is the contingent of the channel, null without one.
CREATE TYPE wanted_time AS (
    id uuid, location uuid, day date, first_tick integer, ticks integer, lead integer, raster integer,
    counters uuid[], teams integer[], channel text, percent integer,
    starts_at timestamptz, ends_at timestamptz, expires_at timestamptz
);

CREATE FUNCTION open_for(p_channel text, p_open bit(300), p_open_phone bit(300)) RETURNS bit(300)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE p_channel WHEN 'phone' THEN p_open_phone ELSE p_open END;

-- How many open ticks in a row end right before this one: the distance from the beginning of the opening.
CREATE FUNCTION run_before(p_open bit(300), p_tick integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN length(substr(p_open::text, 1, p_tick)) - length(rtrim(substr(p_open::text, 1, p_tick), '1'));

-- Locks days of locations until the transaction ends. Whoever changes maps or live times of a day has locked it: one lock
-- for the day, in memory, instead of one for each counter's row, and always in the order of its keys.
CREATE FUNCTION lock_days(p_tenant uuid, p_locations uuid[], p_days date[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT hashtextextended(concat(p_tenant, location, day), 7239) AS key
          FROM unnest(p_locations, p_days) AS wanted (location, day) ORDER BY key
    ) AS keys;
END $$;

-- Whether a contingent has room for so many ticks more. The day is locked, so that of two claims at different counters
-- the second sees the first.
CREATE FUNCTION within_contingent(p_tenant uuid, w wanted_time, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    most bigint;
    used bigint;
BEGIN
    SELECT coalesce(sum(bit_count(open | open_phone)), 0) * w.percent / 100 INTO most
      FROM day_map WHERE tenant_id = p_tenant AND location_id = w.location AND day = w.day;
    SELECT coalesce(sum(ticks), 0) INTO used FROM live_time
     WHERE tenant_id = p_tenant AND location_id = w.location AND day = w.day AND channel = w.channel
       AND (expires_at IS NULL OR expires_at > p_now);
    RETURN used + w.ticks <= most;
END $$;

-- Rearranges the times of equal counters so that one of them has the wanted time free, and returns that one; null when
-- there are not enough counters. Possible exactly when at each moment of the wanted time one of them is free: times
-- are dealt out in the order of their starts, each stays where it is if it can, and else goes to the counter that is
-- free and was used last. Visits that have begun are first in this order, so they stay.
CREATE FUNCTION make_room(p_tenant uuid, w wanted_time, p_now timestamptz) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    mask bit(300) := tick_mask(w.first_tick, w.ticks);
    team uuid[];
    one record;
    until timestamptz[];
    own integer;
    seat integer;
    chosen uuid;
    moved uuid[];
    moved_to uuid[];
BEGIN
    <<teams>>
    FOR team IN
        SELECT array_agg(m.counter_id ORDER BY m.counter_id)
          FROM unnest(w.counters, w.teams) AS able (counter_id, team)
          JOIN day_map m ON m.tenant_id = p_tenant AND m.day = w.day AND m.counter_id = able.counter_id
         GROUP BY able.team, m.open, m.open_phone
        HAVING count(*) > 1
           AND (open_for(w.channel, m.open, m.open_phone) & bit_or(~m.busy) & mask) = mask
           AND run_before(open_for(w.channel, m.open, m.open_phone), w.first_tick + w.lead) % w.raster = 0
         ORDER BY 1
    LOOP
        until := array_fill('-infinity'::timestamptz, ARRAY[cardinality(team)]);
        chosen := NULL;
        moved := '{}';
        moved_to := '{}';
        FOR one IN
            SELECT id, counter_id, starts_at, ends_at FROM live_time
             WHERE tenant_id = p_tenant AND location_id = w.location AND day = w.day AND counter_id = ANY (team)
            UNION ALL SELECT NULL, NULL, w.starts_at, w.ends_at
             ORDER BY starts_at, id NULLS LAST
        LOOP
            own := array_position(team, one.counter_id);
            IF own IS NOT NULL AND until[own] <= one.starts_at THEN
                seat := own;
            ELSE
                SELECT n INTO seat FROM unnest(until) WITH ORDINALITY AS free (at, n)
                 WHERE at <= one.starts_at ORDER BY at DESC, n LIMIT 1;
                CONTINUE teams WHEN seat IS NULL;
            END IF;
            until[seat] := one.ends_at;
            IF one.id IS NULL THEN
                chosen := team[seat];
            ELSIF seat <> own THEN
                moved := moved || one.id;
                moved_to := moved_to || team[seat];
            END IF;
        END LOOP;
        -- Locked before the first of them moves: a booking that changes one of them would wait at the constraint for
        -- another that stands in its place already, while this waited for the booking.
        PERFORM FROM live_time WHERE tenant_id = p_tenant AND id = ANY (moved) ORDER BY id FOR UPDATE;
        SET CONSTRAINTS live_time_no_overlap DEFERRED;
        UPDATE live_time l SET counter_id = s.counter_id FROM unnest(moved, moved_to) AS s (id, counter_id)
         WHERE l.tenant_id = p_tenant AND l.id = s.id;
        SET CONSTRAINTS live_time_no_overlap IMMEDIATE;
        UPDATE day_map m SET busy = coalesce(
               (SELECT bit_or(tick_mask(l.first_tick, l.ticks)) FROM live_time l
                 WHERE l.tenant_id = m.tenant_id AND l.counter_id = m.counter_id AND l.day = m.day),
               repeat('0', 300)::bit(300))
         WHERE m.tenant_id = p_tenant AND m.day = w.day AND m.counter_id = ANY (team);
        RETURN chosen;
    END LOOP;
    RETURN NULL;
END $$;

-- Takes a time at the best fitting of the counters that can serve it and returns the counter, or null. Where at some tick
-- none of them is free, nothing is locked: a time that everybody wants is refused without waiting.
CREATE FUNCTION claim_time(p_tenant uuid, w wanted_time, p_now timestamptz) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    mask bit(300) := tick_mask(w.first_tick, w.ticks);
    chosen uuid;
    is_expired boolean;
BEGIN
    -- An expired reservation gives its time back to the first who wants it; no sweeper is needed for that.
    is_expired := EXISTS (SELECT FROM live_time WHERE tenant_id = p_tenant AND location_id = w.location
                             AND day = w.day AND expires_at <= p_now);
    IF NOT is_expired AND (
        SELECT bit_or(open_for(w.channel, open, open_phone) & ~busy) & mask IS DISTINCT FROM mask FROM day_map
         WHERE tenant_id = p_tenant AND day = w.day AND counter_id = ANY (w.counters)) THEN
        RETURN NULL;
    END IF;
    PERFORM lock_days(p_tenant, ARRAY[w.location], ARRAY[w.day]);
    IF is_expired THEN
        WITH expired AS (
            DELETE FROM live_time WHERE tenant_id = p_tenant AND location_id = w.location
               AND day = w.day AND expires_at <= p_now
            RETURNING counter_id, first_tick, ticks
        ), freed AS (
            SELECT counter_id, bit_or(tick_mask(first_tick, ticks)) AS mask FROM expired GROUP BY counter_id
        )
        UPDATE day_map m SET busy = m.busy & ~freed.mask FROM freed
         WHERE m.tenant_id = p_tenant AND m.day = w.day AND m.counter_id = freed.counter_id;
    END IF;
    IF w.percent IS NOT NULL AND NOT within_contingent(p_tenant, w, p_now) THEN
        RETURN NULL;
    END IF;

    SELECT counter_id INTO chosen FROM (
        SELECT counter_id, (open | open_phone) & ~busy AS free, open_for(w.channel, open, open_phone) AS bookable
          FROM day_map WHERE tenant_id = p_tenant AND day = w.day AND counter_id = ANY (w.counters)
    ) AS able
    WHERE (bookable & free & mask) = mask AND run_before(bookable, w.first_tick + w.lead) % w.raster = 0
    ORDER BY free_run(free, w.first_tick, w.ticks), array_position(w.counters, counter_id) LIMIT 1;
    IF chosen IS NULL THEN
        chosen := make_room(p_tenant, w, p_now);
        IF chosen IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;

    UPDATE day_map SET busy = busy | mask
     WHERE tenant_id = p_tenant AND counter_id = chosen AND day = w.day
       AND (open_for(w.channel, open, open_phone) & ~busy & mask) = mask;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO live_time (tenant_id, id, location_id, counter_id, day, first_tick, ticks, starts_at, ends_at,
                           expires_at, channel)
    VALUES (p_tenant, w.id, w.location, chosen, w.day, w.first_tick, w.ticks, w.starts_at, w.ends_at,
            w.expires_at, w.channel);
    RETURN chosen;
END $$;

-- Gives a time back and returns whether it did. The caller says what it believes the time to be, and the row is
-- looked at again under its lock: 'held' is a reservation, 'expired' one that ran out by p_now, 'booked' an
-- appointment. A reservation that is booked in this very moment is none any more, and keeps its time.
-- The day is locked: until then the time may be swapped to another counter.
CREATE FUNCTION free_time(p_tenant uuid, p_id uuid, p_kind text, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    held live_time;
BEGIN
    SELECT * INTO held FROM live_time WHERE tenant_id = p_tenant AND id = p_id;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM lock_days(p_tenant, ARRAY[held.location_id], ARRAY[held.day]);
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

-- Gives back at most p_limit times that ran out. Each free_time() locks its day, so all of them are
-- locked before, in the one order.
CREATE FUNCTION free_expired(p_tenant uuid, p_now timestamptz, p_limit bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[];
BEGIN
    SELECT array_agg(id) INTO ids
      FROM (SELECT id FROM live_time WHERE tenant_id = p_tenant AND expires_at <= p_now LIMIT p_limit) AS expired;
    PERFORM lock_days(p_tenant, array_agg(location_id), array_agg(day)) FROM live_time
      WHERE tenant_id = p_tenant AND id = ANY (ids);
    RETURN (SELECT count(*) FILTER (WHERE free_time(p_tenant, id, 'expired', p_now)) FROM unnest(ids) AS expired (id));
END $$;

-- Lets an appointment's time cool instead of giving it back at once: it becomes a reservation of nobody that runs out.
CREATE FUNCTION cool_time(p_tenant uuid, p_id uuid, p_until timestamptz) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE live_time SET expires_at = p_until WHERE tenant_id = p_tenant AND id = p_id AND expires_at IS NULL;
    RETURN FOUND;
END $$;

-- Lets what a new time does not cover of an old one cool: at most a piece before it and a piece after it. The old time
-- is free already, and the new one is not taken yet, so that neither it nor swapping can get in between.
CREATE FUNCTION cool_rest(p_tenant uuid, held live_time, w wanted_time, p_id uuid, p_until timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    piece record;
BEGIN
    FOR piece IN
        SELECT row_number() OVER (ORDER BY first_tick) AS n, first_tick, end_tick - first_tick AS ticks
          FROM (SELECT held.first_tick AS first_tick,
                       CASE WHEN held.day = w.day AND held.location_id = w.location
                            THEN least(held.first_tick + held.ticks, w.first_tick)
                            ELSE held.first_tick + held.ticks END AS end_tick
                UNION ALL
                SELECT greatest(held.first_tick, w.first_tick + w.ticks), held.first_tick + held.ticks
                 WHERE held.day = w.day AND held.location_id = w.location) AS pieces
         WHERE end_tick > first_tick
    LOOP
        UPDATE day_map SET busy = busy | tick_mask(piece.first_tick, piece.ticks)
         WHERE tenant_id = p_tenant AND counter_id = held.counter_id AND day = held.day;
        INSERT INTO live_time (tenant_id, id, location_id, counter_id, day, first_tick, ticks, starts_at, ends_at,
                               expires_at, channel)
        VALUES (p_tenant, CASE piece.n WHEN 1 THEN p_id ELSE gen_random_uuid() END, held.location_id, held.counter_id,
                held.day, piece.first_tick, piece.ticks,
                held.starts_at + (piece.first_tick - held.first_tick) * interval '5 minutes',
                held.starts_at + (piece.first_tick + piece.ticks - held.first_tick) * interval '5 minutes',
                p_until, held.channel);
    END LOOP;
END $$;

-- Exchanges a time for another in one step: the old one is given back only together with taking the new one.
-- w.expires_at is null for appointments, which keep their id, and set for reservations, which get a new one.
-- p_cool_id and p_cool_until: the old time cools under that id, as far as the new one does not cover it.
-- Returns the counter, or null and nothing is changed.
CREATE FUNCTION exchange_time(p_tenant uuid, w wanted_time, p_now timestamptz, p_old uuid,
                              p_cool_id uuid, p_cool_until timestamptz) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    held live_time;
    chosen uuid;
    kind text := CASE WHEN w.expires_at IS NULL THEN 'booked' ELSE 'held' END;
BEGIN
    SELECT * INTO held FROM live_time WHERE tenant_id = p_tenant AND id = p_old;
    -- both days, in the one order
    PERFORM lock_days(p_tenant, ARRAY[coalesce(held.location_id, w.location), w.location],
                      ARRAY[coalesce(held.day, w.day), w.day]);
    SELECT * INTO held FROM live_time WHERE tenant_id = p_tenant AND id = p_old;
    BEGIN
        -- an appointment without its time cannot be moved; a reservation that is gone leaves nothing to give back
        IF NOT free_time(p_tenant, p_old, kind, p_now) AND kind = 'booked' THEN
            RETURN NULL;
        END IF;
        IF p_cool_until IS NOT NULL THEN
            PERFORM cool_rest(p_tenant, held, w, p_cool_id, p_cool_until);
        END IF;
        chosen := claim_time(p_tenant, w, p_now);
        IF chosen IS NULL THEN
            RAISE EXCEPTION 'taken' USING ERRCODE = 'P0002';
        END IF;
    EXCEPTION WHEN no_data_found THEN
        RETURN NULL; -- the block is undone: the old time is still held
    END;
    RETURN chosen;
END $$;
