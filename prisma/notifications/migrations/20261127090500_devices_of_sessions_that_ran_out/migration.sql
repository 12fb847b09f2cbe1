-- AlterTable
ALTER TABLE "device" ADD COLUMN     "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "device_registered_at_idx" ON "device"("registered_at");
