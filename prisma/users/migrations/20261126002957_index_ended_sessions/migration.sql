-- CreateIndex
CREATE INDEX "session_ended_at_idx" ON "session"("ended_at");
