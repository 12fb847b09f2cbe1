-- Sellers find their parts by whom they go to: workers make the words of the orders that there are anew, now with the
-- sellers beside them.
UPDATE "placed_order" SET "search_version" = 0 WHERE "search_version" <> 0;
