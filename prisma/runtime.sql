-- The tables of runtime.prisma as a new subgraph's database gets them: its first migration, as
-- `npm run new:subgraph` writes it. Databases that exist have come to the same by migrations of their own.

-- CreateTable
CREATE TABLE "event_stream" (
    "stream" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "event_stream_pkey" PRIMARY KEY ("stream")
);

-- CreateTable
CREATE TABLE "inbox_entry" (
    "event_id" TEXT NOT NULL,
    "consumer" TEXT NOT NULL,
    "handled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "inbox_entry_pkey" PRIMARY KEY ("event_id","consumer")
);

-- CreateTable
CREATE TABLE "idempotency_record" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("scope","key")
);

-- CreateIndex
CREATE INDEX "inbox_entry_handled_at_idx" ON "inbox_entry"("handled_at");

-- CreateIndex
CREATE INDEX "idempotency_record_created_at_idx" ON "idempotency_record"("created_at");

-- CreateTable
CREATE TABLE "quota_use" (
    "user_id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "used" INTEGER NOT NULL,

    CONSTRAINT "quota_use_pkey" PRIMARY KEY ("user_id","rule")
);

-- CreateIndex
CREATE INDEX "quota_use_started_at_idx" ON "quota_use"("started_at");

-- The event log: one partition for each day, dropped whole when its time is over.
-- CreateTable
CREATE TABLE "event_record" (
    "position" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "payload" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "request_id" TEXT,
    "traceparent" TEXT,

    CONSTRAINT "event_record_pkey" PRIMARY KEY ("stream","sequence","occurred_at")
) PARTITION BY RANGE ("occurred_at");

-- CreateTable
CREATE TABLE "event_delivery" (
    "consumer" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "stream" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "times" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "event_delivery_pkey" PRIMARY KEY ("consumer","event_id")
);

-- CreateIndex
CREATE INDEX "event_delivery_due_at_position_idx" ON "event_delivery"("due_at", "position");

-- CreateIndex
CREATE INDEX "event_delivery_occurred_at_idx" ON "event_delivery"("occurred_at");

-- Partitions are the workers' affair, not Prisma's: they live in a schema that it does not look into.
CREATE SCHEMA IF NOT EXISTS "event_log";

-- Whatever finds no day of its own goes here, so that an append never fails for want of a partition.
CREATE TABLE "event_log"."without_day" PARTITION OF "event_record" DEFAULT;

-- Makes the partition of a day (UTC), unless it is there; false where the default one holds rows of
-- it, which then stay there. Attaching, unlike creating in place, lets appends and reads go on.
CREATE FUNCTION "event_log".make_day(day DATE) RETURNS BOOLEAN LANGUAGE plpgsql AS $$
DECLARE
    name TEXT := 'day_' || to_char(day, 'YYYYMMDD');
    from_at TIMESTAMPTZ := day::timestamp AT TIME ZONE 'UTC';
    to_at TIMESTAMPTZ := (day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
    -- Two workers may want it at once.
    PERFORM pg_advisory_xact_lock(hashtext('event_log'));
    IF to_regclass('event_log.' || name) IS NOT NULL THEN
        RETURN true;
    END IF;
    IF EXISTS (SELECT 1 FROM event_log.without_day WHERE occurred_at >= from_at AND occurred_at < to_at) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE event_log.%I (LIKE event_record INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format('ALTER TABLE event_log.%I ADD PRIMARY KEY (stream, sequence, occurred_at)', name);
    EXECUTE format('ALTER TABLE event_record ATTACH PARTITION event_log.%I FOR VALUES FROM (%L) TO (%L)', name, from_at, to_at);
    RETURN true;
END;
$$;

-- Drops the partition of a day; false while somebody has not confirmed an event of it. The log can
-- not be read for the moment that this takes, so it gives up soon where it would have to wait.
CREATE FUNCTION "event_log".drop_day(day DATE) RETURNS BOOLEAN LANGUAGE plpgsql SET lock_timeout = '200ms' AS $$
DECLARE
    name TEXT := 'day_' || to_char(day, 'YYYYMMDD');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('event_log'));
    IF to_regclass('event_log.' || name) IS NULL THEN
        RETURN true;
    END IF;
    IF EXISTS (
        SELECT 1 FROM event_delivery
        WHERE occurred_at >= day::timestamp AT TIME ZONE 'UTC' AND occurred_at < (day + 1)::timestamp AT TIME ZONE 'UTC'
    ) THEN
        RETURN false;
    END IF;
    EXECUTE format('ALTER TABLE event_record DETACH PARTITION event_log.%I', name);
    EXECUTE format('DROP TABLE event_log.%I', name);
    RETURN true;
END;
$$;

SELECT "event_log".make_day((now() AT TIME ZONE 'UTC')::date + ahead) FROM generate_series(0, 7) AS ahead;
