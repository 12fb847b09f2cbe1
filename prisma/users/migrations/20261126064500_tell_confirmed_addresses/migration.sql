-- Notifications keeps the addresses that people have confirmed, and has done so for a while only: of who
-- had confirmed before, it knows none and writes to none. The log may not reach back that far, so each
-- confirmed address is told again from the account. An address that is known already changes nothing.
-- The same statement as the runtime's log appends with, so what is written meanwhile stays in order.
WITH told AS MATERIALIZED (
  SELECT 'user:' || id AS stream, jsonb_build_object('userId', id, 'email', email_canonical) AS payload
  FROM account WHERE email_verified_at IS NOT NULL AND deleted_at IS NULL
), head AS (
  INSERT INTO event_stream (stream, sequence)
  SELECT stream, 1 FROM told ORDER BY stream COLLATE "C"
  ON CONFLICT (stream) DO UPDATE SET sequence = event_stream.sequence + 1
  RETURNING stream, sequence
), record AS (
  INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
  SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, head.sequence,
    'users.EmailVerified', 1, told.payload, clock_timestamp()
  FROM told JOIN head USING (stream)
  RETURNING id, position, stream, sequence, occurred_at
)
INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at)
SELECT 'notifications', id, position, stream, sequence, occurred_at FROM record;
