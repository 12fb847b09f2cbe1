-- AlterTable
ALTER TABLE "scheduled_message" ADD COLUMN     "settled_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "reminder_done_at_idx" ON "reminder"("done_at");

-- CreateIndex
CREATE INDEX "scheduled_message_settled_at_idx" ON "scheduled_message"("settled_at");

-- What was sent or taken back keeps no text of its own; days count from now on.
UPDATE "scheduled_message" SET "settled_at" = now(),
  "text" = CASE WHEN "status" = 'FAILED' THEN "text" ELSE '' END
WHERE "status" <> 'SCHEDULED';
