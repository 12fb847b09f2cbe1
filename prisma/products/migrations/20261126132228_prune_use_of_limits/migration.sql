-- CreateIndex
CREATE INDEX "quota_use_started_at_idx" ON "quota_use"("started_at");
