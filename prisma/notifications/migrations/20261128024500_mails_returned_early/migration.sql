-- A mail may be returned before its sender records that it was sent.
ALTER TABLE "email_message" ADD COLUMN "returned" TEXT;
