-- AlterTable
ALTER TABLE "placed_order" ADD COLUMN     "guest_generation" INTEGER NOT NULL DEFAULT 0;

-- A token that was given in place of the first is never given again.
UPDATE "placed_order" o SET "guest_generation" = g."generation"
FROM "guest_access" g WHERE g."order_id" = o."id" AND g."generation" > o."guest_generation";
