-- Two of staff may change one category: the second is told.
ALTER TABLE "category" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
-- Why somebody put units in or took them out, in more words than the ledger counts by.
ALTER TABLE "stock_movement" ADD COLUMN "adjustment_reason" TEXT;
-- What is there already has none, so no row need be looked at.
ALTER TABLE "stock_movement" ADD CONSTRAINT stock_movement_adjustment_reason CHECK (
  adjustment_reason IN
    ('RECEIVED', 'COUNTED', 'DAMAGED', 'LOST', 'CUSTOMER_RETURN', 'SOLD_ELSEWHERE', 'OTHER')
) NOT VALID;
