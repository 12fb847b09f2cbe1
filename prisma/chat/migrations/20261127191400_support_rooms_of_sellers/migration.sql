-- contract: the release before gives no part and no seller: its rows are alike in nothing. It finds what is asked of
-- staff by its primary key for as long as both run.
-- DropIndex
DROP INDEX "support_room_state_room_id_idx";

-- DropIndex
DROP INDEX "support_room_taken_by_idx";

-- AlterTable
ALTER TABLE "support_room" ADD COLUMN     "seller_id" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "seller_order_id" TEXT,
ADD COLUMN     "waiting_since" TIMESTAMPTZ(3),
ALTER COLUMN "order_id" DROP NOT NULL;

-- CreateTable
CREATE TABLE "known_seller_order" (
    "id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,

    CONSTRAINT "known_seller_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "known_seller" (
    "id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "helper_ids" TEXT[],
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "known_seller_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "known_seller_order_buyer_id_idx" ON "known_seller_order"("buyer_id");

-- CreateIndex
CREATE UNIQUE INDEX "support_room_seller_order_id_key" ON "support_room"("seller_order_id");

-- CreateIndex
CREATE INDEX "support_room_seller_id_state_room_id_idx" ON "support_room"("seller_id", "state", "room_id");

-- CreateIndex
CREATE INDEX "support_room_seller_id_room_id_idx" ON "support_room"("seller_id", "room_id");

-- CreateIndex
CREATE INDEX "support_room_taken_by_room_id_idx" ON "support_room"("taken_by", "room_id");

-- Of a customer and a seller there is one that is about no order. Rows of the release before have no seller.
CREATE UNIQUE INDEX support_room_of_customer ON support_room (seller_id, asked_by)
  WHERE seller_id <> '' AND seller_order_id IS NULL;

-- Who waits already has waited since what was said last.
UPDATE support_room u SET waiting_since = r.last_message_at FROM room r
WHERE r.id = u.room_id AND u.state IN ('OPEN', 'WAITING_FOR_STAFF');
