-- AlterTable
ALTER TABLE "scheduled_message" ADD COLUMN     "input_hash" TEXT;

-- CreateTable
CREATE TABLE "known_order" (
    "id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,

    CONSTRAINT "known_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "support_room" (
    "room_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'OPEN',
    "taken_by" TEXT,
    "asked_by" TEXT NOT NULL,

    CONSTRAINT "support_room_pkey" PRIMARY KEY ("room_id")
);

-- CreateIndex
CREATE INDEX "known_order_buyer_id_idx" ON "known_order"("buyer_id");

-- CreateIndex
CREATE UNIQUE INDEX "support_room_order_id_key" ON "support_room"("order_id");

-- CreateIndex
CREATE INDEX "support_room_state_room_id_idx" ON "support_room"("state", "room_id");

-- CreateIndex
CREATE INDEX "support_room_taken_by_idx" ON "support_room"("taken_by");

-- CreateIndex
CREATE INDEX "support_room_asked_by_idx" ON "support_room"("asked_by");

-- AddForeignKey
ALTER TABLE "support_room" ADD CONSTRAINT "support_room_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "room"("id") ON DELETE CASCADE ON UPDATE CASCADE;
