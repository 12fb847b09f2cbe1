-- CreateTable
CREATE TABLE "room_message_change" (
    "id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "excerpt" TEXT,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "room_message_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "room_message_change_changed_at_idx" ON "room_message_change"("changed_at");
