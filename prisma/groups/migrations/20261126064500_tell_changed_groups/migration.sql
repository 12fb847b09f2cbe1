-- Chat keeps who may know of a group, and has followed its changes for a while only: a group that had
-- turned private before is still open to it. The log may not reach back that far, so each group that was
-- ever changed is told again as it is. What chat knows already changes nothing.
-- The same statement as the runtime's log appends with, so what is written meanwhile stays in order.
WITH told AS MATERIALIZED (
  SELECT 'group:' || id AS stream, jsonb_build_object('groupId', id, 'name', name, 'visibility', visibility,
    'version', version, 'changed', '[]'::jsonb) AS payload
  FROM community WHERE version > 1
), head AS (
  INSERT INTO event_stream (stream, sequence)
  SELECT stream, 1 FROM told ORDER BY stream COLLATE "C"
  ON CONFLICT (stream) DO UPDATE SET sequence = event_stream.sequence + 1
  RETURNING stream, sequence
), record AS (
  INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
  SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, head.sequence,
    'groups.GroupUpdated', 1, told.payload, clock_timestamp()
  FROM told JOIN head USING (stream)
  RETURNING id, position, stream, sequence, occurred_at
)
INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at)
SELECT 'chat', id, position, stream, sequence, occurred_at FROM record;
