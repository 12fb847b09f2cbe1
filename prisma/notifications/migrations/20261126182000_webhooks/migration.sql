-- CreateTable
CREATE TABLE "webhook_endpoint" (
    "id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "label" TEXT,
    "event_types" TEXT[],
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabled_reason" TEXT,
    "secret" TEXT NOT NULL,
    "former_secret" TEXT,
    "former_until" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "paused_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "response_status" INTEGER,
    "last_error" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "webhook_endpoint_owner_id_id_idx" ON "webhook_endpoint"("owner_id", "id");

-- CreateIndex
CREATE INDEX "webhook_attempt_endpoint_id_id_idx" ON "webhook_attempt"("endpoint_id", "id");

-- CreateIndex
CREATE INDEX "webhook_attempt_endpoint_id_status_id_idx" ON "webhook_attempt"("endpoint_id", "status", "id");

-- CreateIndex
CREATE INDEX "webhook_attempt_endpoint_id_occurred_at_idx" ON "webhook_attempt"("endpoint_id", "occurred_at");

-- CreateIndex
CREATE INDEX "webhook_attempt_owner_id_idx" ON "webhook_attempt"("owner_id");

-- CreateIndex
CREATE INDEX "webhook_attempt_created_at_idx" ON "webhook_attempt"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_attempt_endpoint_id_event_id_key" ON "webhook_attempt"("endpoint_id", "event_id");

-- AddForeignKey
ALTER TABLE "webhook_attempt" ADD CONSTRAINT "webhook_attempt_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is to be sent, by when, and what of a stream waits for an endpoint.
CREATE INDEX webhook_attempt_due ON webhook_attempt (due_at) WHERE status = 'PENDING';
CREATE INDEX webhook_attempt_waiting ON webhook_attempt (endpoint_id, stream, sequence)
  WHERE status = 'PENDING';
