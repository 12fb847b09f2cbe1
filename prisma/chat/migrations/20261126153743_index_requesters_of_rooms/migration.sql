-- CreateIndex
CREATE INDEX "room_request_requested_by_idx" ON "room_request"("requested_by");
