-- Counts of one buyer's orders in some states.
CREATE INDEX "placed_order_buyer_id_status_id_idx" ON "placed_order"("buyer_id", "status", "id");
