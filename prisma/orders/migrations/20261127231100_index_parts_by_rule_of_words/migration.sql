-- souk: no transaction
CREATE INDEX CONCURRENTLY seller_order_search_version_id_idx ON seller_order (search_version, id);
