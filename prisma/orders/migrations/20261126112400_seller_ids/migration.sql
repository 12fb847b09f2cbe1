-- Who sold before there were sellers is a seller by themselves: the same id under another prefix, as
-- products have it since.
UPDATE "priced_item" SET "seller_id" = 'sel_' || substr("seller_id", 5) WHERE "seller_id" LIKE 'usr\_%';
UPDATE "order_line" SET "seller_id" = 'sel_' || substr("seller_id", 5) WHERE "seller_id" LIKE 'usr\_%';
UPDATE "seller_order" SET "seller_id" = 'sel_' || substr("seller_id", 5) WHERE "seller_id" LIKE 'usr\_%';
