-- Workers look for words of an older rule when they start: by an index, not through all products.
CREATE INDEX "product_search_version_id_idx" ON "product"("search_version", "id");
-- Without a list of entries still to sort in, which every search would read to its end.
ALTER INDEX "product_search_idx" SET (fastupdate = off);
