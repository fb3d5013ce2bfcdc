-- What bookAppointment sends, as one statement. Sealed values have the length that they have in the product.
WITH held AS MATERIALIZED (
    SELECT r.* FROM reservation r
     WHERE r.tenant_id = ({{tenant}})::uuid AND r.token_hash = sha256(uuid_send({{id}})) AND r.expires_at > now()
), firm AS (
    UPDATE live_time t SET expires_at = NULL FROM held h
     WHERE t.tenant_id = ({{tenant}})::uuid AND t.id = h.id AND t.expires_at > now()
    RETURNING t.id
), booked AS MATERIALIZED (SELECT h.* FROM held h JOIN firm f ON f.id = h.id),
person AS (
    INSERT INTO keys.subject_key (tenant_id, subject_id, wrapped, created_at)
    SELECT tenant_id, id, decode(repeat('ab', 60), 'hex'), now() FROM booked
), customer AS (
    INSERT INTO customer (tenant_id, subject_id, sealed, email_index, phone_index, name_index, created_at)
    SELECT tenant_id, id, decode(repeat('cd', 200), 'hex'), substr(token_hash, 1, 16), substr(token_hash, 5, 16),
           substr(token_hash, 9, 16), now()
      FROM booked
), appointment AS (
    INSERT INTO appointment (tenant_id, id, reference, status, location_id, counter_id, starts_at, ends_at, subject_id,
                             sequence, manage_hash, reservation_hash, locale, notice_version, booked_at, changed_at)
    SELECT tenant_id, id, substr(encode(token_hash, 'hex'), 1, 20), 'CONFIRMED', location_id, counter_id, starts_at,
           ends_at, id, 0, sha256(token_hash), token_hash, 'de', 1, now(), now()
      FROM booked
), item AS (
    INSERT INTO appointment_item (tenant_id, appointment_id, position, service_id, quantity)
    SELECT tenant_id, id, 0, (items -> 0 ->> 'service')::uuid, 1 FROM booked
), gone AS (
    DELETE FROM reservation r USING booked b WHERE r.tenant_id = ({{tenant}})::uuid AND r.id = b.id
)
INSERT INTO job (tenant_id, id, kind, payload, run_at, request_id, created_at)
SELECT tenant_id, id, 'appointment.changed',
       jsonb_build_object('appointment', id, 'change', 'booked', 'sequence', 0, 'location', location_id,
                          'starts_at', starts_at, 'ends_at', ends_at),
       now(), '00000000000000000000000000000000', now()
  FROM booked
