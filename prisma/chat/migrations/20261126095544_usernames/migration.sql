-- CreateIndex
CREATE INDEX "known_user_username_idx" ON "known_user"("username");
