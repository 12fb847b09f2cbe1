-- CreateTable
CREATE TABLE "scheduled_message" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "root_id" TEXT,
    "client_message_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "send_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'SCHEDULED',
    "failure" TEXT,
    "message_id" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "scheduled_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reminder" (
    "user_id" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "note" TEXT,
    "remind_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "reminder_pkey" PRIMARY KEY ("user_id","message_id")
);

-- CreateIndex
CREATE INDEX "scheduled_message_user_id_id_idx" ON "scheduled_message"("user_id", "id");

-- CreateIndex
CREATE INDEX "scheduled_message_status_send_at_idx" ON "scheduled_message"("status", "send_at");

-- CreateIndex
CREATE INDEX "scheduled_message_room_id_idx" ON "scheduled_message"("room_id");

-- CreateIndex
CREATE UNIQUE INDEX "scheduled_message_user_id_client_message_id_key" ON "scheduled_message"("user_id", "client_message_id");

-- CreateIndex
CREATE INDEX "reminder_user_id_remind_at_message_id_idx" ON "reminder"("user_id", "remind_at", "message_id");

-- CreateIndex
CREATE INDEX "reminder_message_id_idx" ON "reminder"("message_id");

-- AddForeignKey
ALTER TABLE "scheduled_message" ADD CONSTRAINT "scheduled_message_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reminder" ADD CONSTRAINT "reminder_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Reminders to come, of whomever, by when they are due.
CREATE INDEX reminder_due ON reminder (remind_at) WHERE done_at IS NULL;
