-- contract: nothing has ever written message_report; reports have a table of their own
-- DropForeignKey
ALTER TABLE "message_report" DROP CONSTRAINT "message_report_message_id_fkey";

-- DropTable
DROP TABLE "message_report";

-- CreateTable
CREATE TABLE "report" (
    "id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "author_id" TEXT,
    "reporter_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT,
    "text" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'OPEN',
    "outcome" TEXT,
    "decided_by" TEXT,
    "decision_note" TEXT,
    "appeal" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "report_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "report_room_id_status_id_idx" ON "report"("room_id", "status", "id");

-- CreateIndex
CREATE INDEX "report_status_id_idx" ON "report"("status", "id");

-- CreateIndex
CREATE INDEX "report_reporter_id_id_idx" ON "report"("reporter_id", "id");

-- CreateIndex
CREATE INDEX "report_author_id_id_idx" ON "report"("author_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "report_message_id_reporter_id_key" ON "report"("message_id", "reporter_id");

-- AddForeignKey
ALTER TABLE "report" ADD CONSTRAINT "report_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE CASCADE ON UPDATE CASCADE;
