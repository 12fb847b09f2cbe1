ALTER TABLE "placed_order" ADD COLUMN "reserved_until" TIMESTAMPTZ(3);

-- Orders that wait already get the default time from now on.
UPDATE "placed_order" SET "reserved_until" = now() + INTERVAL '1 day'
WHERE "status" IN ('PENDING', 'RESERVED');

ALTER TABLE "placed_order" ADD CONSTRAINT placed_order_reserved_until
  CHECK (("status" IN ('PENDING', 'RESERVED')) = ("reserved_until" IS NOT NULL));

-- What a worker looks for: the orders whose time is up.
CREATE INDEX placed_order_expiring ON placed_order (reserved_until) WHERE reserved_until IS NOT NULL;
