-- CreateTable
CREATE TABLE "account_export" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "private_key" BYTEA,
    "media_id" TEXT,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_export_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account_export_part" (
    "export_id" TEXT NOT NULL,
    "subgraph" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "is_last" BOOLEAN NOT NULL,
    "sealed" TEXT NOT NULL,

    CONSTRAINT "account_export_part_pkey" PRIMARY KEY ("export_id","subgraph","part")
);

-- CreateIndex
CREATE INDEX "account_export_account_id_id_idx" ON "account_export"("account_id", "id");

-- CreateIndex
CREATE INDEX "account_export_status_created_at_idx" ON "account_export"("status", "created_at");

-- CreateIndex
CREATE INDEX "account_export_expires_at_idx" ON "account_export"("expires_at");

-- AddForeignKey
ALTER TABLE "account_export" ADD CONSTRAINT "account_export_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account_export_part" ADD CONSTRAINT "account_export_part_export_id_fkey" FOREIGN KEY ("export_id") REFERENCES "account_export"("id") ON DELETE CASCADE ON UPDATE CASCADE;
