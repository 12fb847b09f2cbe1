-- CreateTable
CREATE TABLE "own_media" (
    "media_id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "alt_text" TEXT,
    "url" TEXT,

    CONSTRAINT "own_media_pkey" PRIMARY KEY ("media_id")
);

-- CreateTable
CREATE TABLE "product_import" (
    "id" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,
    "media_id" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "roles" TEXT[],
    "status" TEXT NOT NULL,
    "total_rows" INTEGER,
    "done_rows" INTEGER NOT NULL DEFAULT 0,
    "accepted" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "failure" TEXT,
    "claim" TEXT NOT NULL,
    "claimed_until" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "product_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_refusal" (
    "import_id" TEXT NOT NULL,
    "row" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "column" TEXT,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "import_refusal_pkey" PRIMARY KEY ("import_id","row","position")
);

-- CreateIndex
CREATE INDEX "own_media_owner_id_idx" ON "own_media"("owner_id");

-- CreateIndex
CREATE INDEX "product_import_seller_id_id_idx" ON "product_import"("seller_id", "id");

-- CreateIndex
CREATE INDEX "product_import_status_claimed_until_idx" ON "product_import"("status", "claimed_until");

-- CreateIndex
CREATE INDEX "product_import_requested_by_idx" ON "product_import"("requested_by");

-- CreateIndex
CREATE INDEX "product_import_finished_at_idx" ON "product_import"("finished_at");

-- AddForeignKey
ALTER TABLE "import_refusal" ADD CONSTRAINT "import_refusal_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "product_import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE product_import
  ADD CONSTRAINT product_import_status CHECK (status IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED')),
  ADD CONSTRAINT product_import_counts CHECK (accepted >= 0 AND refused >= 0 AND accepted + refused = done_rows);
