-- CreateIndex
CREATE INDEX "invite_invitee_email_idx" ON "invite"("invitee_email");
