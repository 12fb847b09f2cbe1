-- AlterTable
ALTER TABLE "event_record" ADD COLUMN     "request_id" TEXT,
ADD COLUMN     "traceparent" TEXT;
