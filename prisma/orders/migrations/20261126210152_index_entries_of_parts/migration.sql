-- souk: no transaction
-- When the money of a part falls due is looked up by it.
CREATE INDEX CONCURRENTLY "ledger_entry_seller_order_id_idx" ON "ledger_entry"("seller_order_id");
