-- souk: no transaction
CREATE INDEX CONCURRENTLY placed_order_search ON placed_order USING gin (search);
