-- The same functions as in times.sql, as a distributed database takes them (docs/operations.md). Citus writes the statements of a
-- function anew for the node that has the municipality, and
--
-- * a CASE with an operand comes out wrong: each branch is a condition here,
-- * nothing that is not IMMUTABLE may stand in CASE or COALESCE: a text that becomes bits is not.

CREATE OR REPLACE FUNCTION open_for(p_channel text, p_open bit(300), p_open_phone bit(300)) RETURNS bit(300)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p_channel = 'phone' THEN p_open_phone ELSE p_open END;

-- Gives a time back and returns whether it did; see times.sql.
CREATE OR REPLACE FUNCTION free_time(p_tenant uuid, p_id uuid, p_kind text, p_now timestamptz) RETURNS boolean
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
       AND (p_kind = 'booked' AND expires_at IS NULL
            OR p_kind = 'held' AND expires_at IS NOT NULL
            OR p_kind = 'expired' AND expires_at <= p_now)
    RETURNING * INTO held;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE day_map SET busy = busy & ~tick_mask(held.first_tick, held.ticks)
     WHERE tenant_id = p_tenant AND counter_id = held.counter_id AND day = held.day;
    RETURN true;
END $$;

-- Lets what a new time does not cover of an old one cool; see times.sql.
CREATE OR REPLACE FUNCTION cool_rest(p_tenant uuid, held live_time, w wanted_time, p_id uuid, p_until timestamptz) RETURNS void
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
        VALUES (p_tenant, CASE WHEN piece.n = 1 THEN p_id ELSE gen_random_uuid() END, held.location_id, held.counter_id,
                held.day, piece.first_tick, piece.ticks,
                held.starts_at + (piece.first_tick - held.first_tick) * interval '5 minutes',
                held.starts_at + (piece.first_tick + piece.ticks - held.first_tick) * interval '5 minutes',
                p_until, held.channel);
    END LOOP;
END $$;

-- Rearranges the times of equal counters so that one of them has the wanted time free; see times.sql.
CREATE OR REPLACE FUNCTION make_room(p_tenant uuid, w wanted_time, p_now timestamptz) RETURNS uuid
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
        UPDATE day_map SET busy = B'0'::bit(300)
         WHERE tenant_id = p_tenant AND day = w.day AND counter_id = ANY (team);
        FOR one IN
            SELECT counter_id, bit_or(tick_mask(first_tick, ticks)) AS mask FROM live_time
             WHERE tenant_id = p_tenant AND day = w.day AND counter_id = ANY (team) GROUP BY counter_id
        LOOP
            UPDATE day_map SET busy = one.mask
             WHERE tenant_id = p_tenant AND day = w.day AND counter_id = one.counter_id;
        END LOOP;
        RETURN chosen;
    END LOOP;
    RETURN NULL;
END $$;

-- Links what was just booked with the account of whoever booked it. Only what this very call has booked: its manage hash is
-- nobody else's. Not INSERT … SELECT, which Citus refuses under row-level security.
CREATE FUNCTION link_appointment(p_tenant uuid, p_account uuid, p_manage_hash bytea, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    booked uuid;
BEGIN
    SELECT id INTO booked FROM appointment WHERE tenant_id = p_tenant AND manage_hash = p_manage_hash;
    PERFORM FROM account WHERE tenant_id = p_tenant AND id = p_account;
    IF FOUND AND booked IS NOT NULL THEN
        INSERT INTO account_appointment (tenant_id, appointment_id, account_id, linked_at)
        VALUES (p_tenant, booked, p_account, p_now);
    END IF;
END $$;
