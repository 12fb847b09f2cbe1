-- CreateTable
CREATE TABLE "retired_name" (
    "digest" BYTEA NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "retired_name_pkey" PRIMARY KEY ("digest")
);

-- CreateIndex
CREATE INDEX "retired_name_until_idx" ON "retired_name"("until");

-- CreateIndex
CREATE INDEX "account_deletion_due_at_idx" ON "account"("deletion_due_at");
