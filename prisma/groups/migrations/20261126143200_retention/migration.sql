-- What only grows is pruned by age.
CREATE INDEX "join_request_decided_at_idx" ON "join_request"("decided_at");
CREATE INDEX "invite_created_at_idx" ON "invite"("created_at");
CREATE INDEX "former_mute_until_idx" ON "former_mute"("until");
