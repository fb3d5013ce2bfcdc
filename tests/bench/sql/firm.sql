-- What bookAppointment sends, as one statement. Sealed values have the length that they have in the product.
WITH visit AS MATERIALIZED (
    SELECT ({{tenant}})::uuid AS tenant, {{id}} AS id, sha256(uuid_send({{id}})) AS hash
)
SELECT (b.outcome = 'booked')::int AS won
  FROM visit v, book_appointment(
           v.tenant, now(), v.hash,
           ROW(v.id, decode(repeat('ab', 60), 'hex'), decode(repeat('cd', 200), 'hex'), substr(v.hash, 1, 16),
               substr(v.hash, 5, 16), substr(v.hash, 9, 16), substr(encode(v.hash, 'hex'), 1, 20), sha256(v.hash), 'de', 1,
               v.id, 'appointment.changed', '00000000000000000000000000000000')::new_appointment,
           NULL, NULL, '{}') AS b
