-- souk: no transaction
CREATE INDEX CONCURRENTLY "stock_movement_seller_id_id_idx" ON "stock_movement"("seller_id", "id");
