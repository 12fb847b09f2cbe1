-- Orders keeps how categories lie in one another, as the rate of a category is that of what lies under it, too: the tree
-- is told once as it is. From here on each change of it is told as a whole.
INSERT INTO event_stream (stream, sequence)
SELECT 'categories', 0 WHERE EXISTS (SELECT 1 FROM category) ON CONFLICT (stream) DO NOTHING;
SELECT 1 FROM event_stream WHERE stream = 'categories' FOR UPDATE;

WITH told AS MATERIALIZED (
  SELECT jsonb_build_object('categories',
    jsonb_agg(jsonb_build_object('categoryId', c.id, 'parentId', c.parent_id))) AS payload
  FROM category c HAVING count(*) > 0
), head AS (
  UPDATE event_stream SET sequence = event_stream.sequence + 1 FROM told
  WHERE event_stream.stream = 'categories'
  RETURNING event_stream.stream, event_stream.sequence, told.payload
), record AS (
  INSERT INTO event_record (id, stream, sequence, type, version, payload, occurred_at)
  SELECT 'evt_' || replace(gen_random_uuid()::text, '-', ''), stream, sequence, 'products.CategoriesArranged', 1, payload,
    date_trunc('milliseconds', clock_timestamp())
  FROM head
  RETURNING id, position, stream, sequence, occurred_at
)
INSERT INTO event_delivery (consumer, event_id, position, stream, sequence, occurred_at, due_at)
SELECT 'orders', id, position, stream, sequence, occurred_at, occurred_at FROM record;
