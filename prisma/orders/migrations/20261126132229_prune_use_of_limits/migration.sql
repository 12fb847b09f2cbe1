-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "held_minor" BIGINT;

-- AlterTable
ALTER TABLE "timeline_entry" ADD COLUMN     "details" JSONB NOT NULL DEFAULT '{}';

-- CreateIndex
CREATE INDEX "quota_use_started_at_idx" ON "quota_use"("started_at");

-- What was written before as one English text: what somebody wrote of it becomes the remark.
UPDATE "timeline_entry" SET "kind" = 'EXPIRED'
WHERE "kind" = 'CANCELLED' AND "text" = 'It was not paid in time.';
UPDATE "timeline_entry" SET "details" = jsonb_build_object('remark', "text")
WHERE ("kind", "text") NOT IN (
    ('CANCELLED', 'It was called off.'), ('REFUNDED', 'Money went back.'),
    ('RETURN_RECEIVED', 'It came back.'), ('PAYMENT_FAILED', 'The payment failed.'))
  AND "kind" IN ('CANCELLED', 'REFUNDED', 'RETURN_RECEIVED', 'PAYMENT_FAILED', 'REJECTED');
UPDATE "timeline_entry" SET "details" = jsonb_build_object('decision',
  CASE WHEN "text" = 'The seller takes it back.' THEN 'APPROVE' ELSE 'DECLINE' END)
WHERE "kind" = 'RETURN_DECIDED';
