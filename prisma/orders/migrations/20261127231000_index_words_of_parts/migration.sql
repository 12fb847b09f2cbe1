-- souk: no transaction
CREATE INDEX CONCURRENTLY seller_order_search ON seller_order USING gin (search);
