-- CreateIndex
CREATE INDEX "product_import_seller_id_created_at_idx" ON "product_import"("seller_id", "created_at");

-- CreateIndex
CREATE INDEX "product_import_seller_id_status_idx" ON "product_import"("seller_id", "status");
