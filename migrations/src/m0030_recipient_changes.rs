//! Announced changes of recipients and sub-processors (Art. 28(2) GDPR): what the operator announces, what the
//! municipality says to it, and how a change comes into force on its day.

use sea_orm_migration::prelude::*;

use crate::tenant_table::step;

step!(
    "
    CREATE TABLE recipient_change (
        tenant_id uuid NOT NULL REFERENCES tenant (id),
        id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('add', 'remove')),
        role text NOT NULL CHECK (role IN ('operator', 'hosting', 'sms', 'email', 'other')),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        street text NOT NULL CHECK (length(street) <= 200),
        postal_code text NOT NULL CHECK (length(postal_code) <= 20),
        city text NOT NULL CHECK (length(city) <= 200),
        contract_on date NOT NULL,
        -- what for, and where the data are processed
        purpose text NOT NULL CHECK (length(purpose) <= 500),
        place text NOT NULL CHECK (length(place) <= 200),
        -- through which host a channel would reach it; empty where there is none
        host text NOT NULL CHECK (host = lower(host) AND length(host) <= 253),
        announced_at timestamptz NOT NULL,
        effective_on date NOT NULL,
        objected_at timestamptz,
        objection text CHECK (length(objection) <= 500),
        withdrawn_at timestamptz,
        took_effect_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CHECK ((objected_at IS NULL) = (objection IS NULL)),
        CHECK (took_effect_at IS NULL OR (objected_at IS NULL AND withdrawn_at IS NULL))
    );
    -- the same company is announced once at a time
    CREATE UNIQUE INDEX recipient_change_once ON recipient_change (tenant_id, role, name)
        WHERE withdrawn_at IS NULL AND took_effect_at IS NULL;

    -- A change comes into force: with the owner's rights, because the service may read recipients and not write them. The
    -- conditions stand here, so that nothing else can put a recipient into force: announced, its day has come, no objection.
    CREATE FUNCTION recipient_takes_effect(change_id uuid, today date, moment timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        own uuid := NULLIF(current_setting('app.tenant_id', true), '')::uuid;
        due recipient_change;
        next_position integer;
    BEGIN
        UPDATE recipient_change SET took_effect_at = moment
         WHERE tenant_id = own AND id = change_id AND effective_on <= today AND announced_at < moment
           AND objected_at IS NULL AND withdrawn_at IS NULL AND took_effect_at IS NULL
        RETURNING * INTO due;
        IF NOT FOUND THEN
            RETURN false;
        END IF;
        IF due.kind = 'add' THEN
            SELECT COALESCE(max(position) + 1, 0) INTO next_position FROM recipient WHERE tenant_id = own;
            INSERT INTO recipient (tenant_id, id, position, role, name, street, postal_code, city, contract_on)
            VALUES (own, due.id, next_position, due.role, due.name, due.street, due.postal_code, due.city,
                    due.contract_on);
        ELSE
            DELETE FROM recipient WHERE tenant_id = own AND role = due.role AND name = due.name;
        END IF;
        UPDATE tenant SET revision = revision + 1 WHERE id = own;
        RETURN true;
    END $$;

    -- The version of the notice that such a change brings: a later one of the own municipality, never an earlier one.
    CREATE FUNCTION notice_comes_into_force(new_version integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        UPDATE tenant SET notice_version = new_version
         WHERE id = NULLIF(current_setting('app.tenant_id', true), '')::uuid AND notice_version < new_version
           AND EXISTS (SELECT 1 FROM privacy_notice n WHERE n.tenant_id = tenant.id AND n.version = new_version);
    $$;

    DO $$ BEGIN
        REVOKE ALL ON FUNCTION recipient_takes_effect(uuid, date, timestamptz) FROM PUBLIC;
        REVOKE ALL ON FUNCTION notice_comes_into_force(integer) FROM PUBLIC;
        EXECUTE format('GRANT EXECUTE ON FUNCTION recipient_takes_effect(uuid, date, timestamptz), notice_comes_into_force(integer) TO %I',
                       current_setting('app.application_role'));
        EXECUTE format('GRANT INSERT ON privacy_notice TO %I', current_setting('app.application_role'));
    END $$;
    ",
    [("recipient_change", Keep)]
);
