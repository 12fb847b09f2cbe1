-- A seller searches parts of orders: their words stand with them, so that each that is found is one row, and not an order
-- whose part is looked up then. Workers make the words of the parts that there are.
ALTER TABLE "seller_order" ADD COLUMN "search" tsvector,
  ADD COLUMN "search_version" INTEGER NOT NULL DEFAULT 0;
