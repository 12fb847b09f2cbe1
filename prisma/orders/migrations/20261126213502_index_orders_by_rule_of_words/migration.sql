-- souk: no transaction
CREATE INDEX CONCURRENTLY placed_order_search_version_id_idx ON placed_order (search_version, id);
