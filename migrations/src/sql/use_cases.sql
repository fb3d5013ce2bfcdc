-- Holds a time: idempotency key, time and reservation. 'held', 'taken', or 'seen' when the key was used before.
-- p_old: hash of the token of a reservation that is given up for this one, together or not at all.
CREATE FUNCTION reserve_slot(
    p_tenant uuid, w wanted_time, p_now timestamptz, p_token_hash bytea, p_visit_starts_at timestamptz,
    p_visit_ends_at timestamptz, p_items jsonb, p_key_hash bytea, p_request_hash bytea, p_old bytea
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    chosen uuid;
    old uuid;
BEGIN
    IF p_key_hash IS NOT NULL THEN
        INSERT INTO idempotency_key (tenant_id, operation, key_hash, request_hash, outcome, created_at)
        VALUES (p_tenant, 'reserve', p_key_hash, p_request_hash, w.id, p_now) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN 'seen';
        END IF;
    END IF;
    IF p_old IS NOT NULL THEN
        SELECT id INTO old FROM reservation WHERE tenant_id = p_tenant AND token_hash = p_old;
    END IF;
    IF old IS NULL THEN
        chosen := claim_time(p_tenant, w, p_now);
    ELSE
        chosen := exchange_time(p_tenant, w, p_now, old, NULL, NULL);
    END IF;
    IF chosen IS NULL THEN
        -- a refusal is no outcome: the same key may try again
        DELETE FROM idempotency_key WHERE tenant_id = p_tenant AND operation = 'reserve' AND key_hash = p_key_hash;
        RETURN 'taken';
    END IF;
    IF old IS NOT NULL THEN
        DELETE FROM reservation WHERE tenant_id = p_tenant AND id = old;
    END IF;
    INSERT INTO reservation (tenant_id, id, token_hash, location_id, counter_id, starts_at, ends_at, items,
                             expires_at, created_at)
    VALUES (p_tenant, w.id, p_token_hash, w.location, chosen, p_visit_starts_at, p_visit_ends_at, p_items,
            w.expires_at, p_now);
    RETURN 'held';
END $$;

-- Takes a place of a person, if the limit leaves one. A place whose appointment is over is free.
CREATE FUNCTION take_place(
    p_tenant uuid, p_person bytea, p_service uuid, p_limit integer, p_appointment uuid, p_until timestamptz,
    p_now timestamptz
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    FOR n IN 1 .. p_limit LOOP
        INSERT INTO person_place AS p (tenant_id, person, service_id, place, appointment_id, until)
        VALUES (p_tenant, p_person, p_service, n, p_appointment, p_until)
        ON CONFLICT (tenant_id, person, service_id, place)
        DO UPDATE SET appointment_id = EXCLUDED.appointment_id, until = EXCLUDED.until WHERE p.until <= p_now;
        IF FOUND THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

-- Who comes, how the appointment is found, and the event that tells others.
CREATE TYPE new_appointment AS (
    subject_id uuid, wrapped bytea, sealed bytea, email_index bytea, phone_index bytea, name_index bytea,
    reference text, manage_hash bytea, locale text, notice_version integer,
    job_id uuid, job_kind text, request_id text
);

-- Turns a held time into an appointment: person, appointment, its items and the event, in one transaction.
-- p_limits: {"<service id, or * for all>": places per person}.
-- 'booked'; or nothing is written: 'gone' (no such reservation), 'expired', 'seen' (the key was used before), or
-- 'limit' with the limit in `most`.
CREATE FUNCTION book_appointment(
    p_tenant uuid, p_now timestamptz, p_token_hash bytea, a new_appointment, p_key_hash bytea, p_request_hash bytea,
    p_limits jsonb,
    OUT outcome text, OUT held reservation, OUT most integer
) LANGUAGE plpgsql AS $$
DECLARE
    item record;
    rule record;
    person bytea;
BEGIN
    SELECT * INTO held FROM reservation WHERE tenant_id = p_tenant AND token_hash = p_token_hash;
    IF NOT FOUND THEN
        outcome := 'gone';
        RETURN;
    END IF;
    IF p_key_hash IS NOT NULL THEN
        INSERT INTO idempotency_key (tenant_id, operation, key_hash, request_hash, outcome, created_at)
        VALUES (p_tenant, 'book', p_key_hash, p_request_hash, held.id, p_now) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            outcome := 'seen';
            RETURN;
        END IF;
    END IF;
    UPDATE live_time SET expires_at = NULL WHERE tenant_id = p_tenant AND id = held.id AND expires_at > p_now;
    IF NOT FOUND THEN
        DELETE FROM idempotency_key WHERE tenant_id = p_tenant AND operation = 'book' AND key_hash = p_key_hash;
        outcome := 'expired';
        RETURN;
    END IF;

    IF p_limits <> '{}' THEN
        FOR rule IN
            SELECT CASE key WHEN '*' THEN '00000000-0000-0000-0000-000000000000' ELSE key END::uuid AS service,
                   value::integer AS most
              FROM jsonb_each_text(p_limits)
             WHERE key = '*' OR held.items @> jsonb_build_array(jsonb_build_object('service', key))
             ORDER BY 1
        LOOP
            -- by service and person: the order in which everybody locks places
            FOR person IN SELECT p FROM unnest(ARRAY[a.email_index, a.phone_index]) AS p WHERE p IS NOT NULL ORDER BY p
            LOOP
                IF NOT take_place(p_tenant, person, rule.service, rule.most, held.id, held.ends_at, p_now) THEN
                    DELETE FROM person_place WHERE tenant_id = p_tenant AND appointment_id = held.id;
                    -- as the reservation says now: it may have been extended since it was read
                    UPDATE live_time SET expires_at =
                           (SELECT expires_at FROM reservation WHERE tenant_id = p_tenant AND id = held.id)
                     WHERE tenant_id = p_tenant AND id = held.id;
                    DELETE FROM idempotency_key
                     WHERE tenant_id = p_tenant AND operation = 'book' AND key_hash = p_key_hash;
                    outcome := 'limit';
                    most := rule.most;
                    RETURN;
                END IF;
            END LOOP;
        END LOOP;
    END IF;

    INSERT INTO keys.subject_key (tenant_id, subject_id, wrapped, created_at)
    VALUES (p_tenant, a.subject_id, a.wrapped, p_now);
    INSERT INTO customer (tenant_id, subject_id, sealed, email_index, phone_index, name_index, created_at)
    VALUES (p_tenant, a.subject_id, a.sealed, a.email_index, a.phone_index, a.name_index, p_now);
    INSERT INTO appointment (tenant_id, id, reference, status, location_id, counter_id, starts_at, ends_at, subject_id,
                             sequence, manage_hash, reservation_hash, locale, notice_version, booked_at, changed_at)
    VALUES (p_tenant, held.id, a.reference, 'CONFIRMED', held.location_id, held.counter_id, held.starts_at,
            held.ends_at, a.subject_id, 0, a.manage_hash, p_token_hash, a.locale, a.notice_version, p_now, p_now);
    FOR item IN SELECT value, ordinality FROM jsonb_array_elements(held.items) WITH ORDINALITY LOOP
        INSERT INTO appointment_item (tenant_id, appointment_id, position, service_id, quantity)
        VALUES (p_tenant, held.id, item.ordinality - 1, (item.value ->> 'service')::uuid,
                (item.value ->> 'quantity')::integer);
    END LOOP;
    DELETE FROM reservation WHERE tenant_id = p_tenant AND id = held.id;
    INSERT INTO job (tenant_id, id, kind, payload, run_at, request_id, created_at)
    VALUES (p_tenant, a.job_id, a.job_kind,
            jsonb_build_object('appointment', held.id, 'change', 'booked', 'sequence', 0, 'location', held.location_id,
                               'starts_at', held.starts_at, 'ends_at', held.ends_at),
            p_now, a.request_id, p_now);
    outcome := 'booked';
END $$;
