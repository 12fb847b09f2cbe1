-- Workers make the words of the orders that there are (search_version 0).
ALTER TABLE "placed_order"
  ADD COLUMN "search" tsvector,
  ADD COLUMN "search_version" INTEGER NOT NULL DEFAULT 0;
