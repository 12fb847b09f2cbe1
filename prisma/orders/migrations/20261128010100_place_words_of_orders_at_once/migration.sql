-- Without a list of entries still to sort in, which every search would read to its end.
ALTER INDEX placed_order_search SET (fastupdate = off);
ALTER INDEX seller_order_search SET (fastupdate = off);
