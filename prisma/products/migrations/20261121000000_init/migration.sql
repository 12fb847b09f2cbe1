-- A seller's words are in any language, so they are compared as they stand ('simple').
CREATE FUNCTION product_search_vector(title text, description text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$
    SELECT setweight(to_tsvector('pg_catalog.simple', title), 'A')
        || setweight(to_tsvector('pg_catalog.simple', coalesce(description, '')), 'B')
  $$;

-- CreateTable
CREATE TABLE "product" (
    "id" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT,
    "status" TEXT NOT NULL,
    "options" JSONB NOT NULL DEFAULT '[]',
    "currency" TEXT NOT NULL,
    "min_price_minor" BIGINT NOT NULL,
    "max_price_minor" BIGINT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "published_at" TIMESTAMPTZ(3),
    "archived_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "search" tsvector GENERATED ALWAYS AS (product_search_vector("title", "description")) STORED,

    CONSTRAINT "product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_variant" (
    "id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "selected_options" JSONB NOT NULL DEFAULT '[]',
    "currency" TEXT NOT NULL,
    "price_minor" BIGINT NOT NULL,
    "compare_at_price_minor" BIGINT,
    "unit_cost_minor" BIGINT,
    "weight_grams" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "product_variant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_media" (
    "product_id" TEXT NOT NULL,
    "media_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "product_media_pkey" PRIMARY KEY ("product_id","media_id")
);

-- CreateTable
CREATE TABLE "category" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parent_id" TEXT,

    CONSTRAINT "category_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product_category" (
    "product_id" TEXT NOT NULL,
    "category_id" TEXT NOT NULL,

    CONSTRAINT "product_category_pkey" PRIMARY KEY ("product_id","category_id")
);

-- CreateTable
CREATE TABLE "stock_item" (
    "variant_id" TEXT NOT NULL,
    "on_hand" INTEGER NOT NULL,
    "reserved" INTEGER NOT NULL DEFAULT 0,
    "low_stock_threshold" INTEGER,
    "policy" TEXT NOT NULL DEFAULT 'DENY',
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_item_pkey" PRIMARY KEY ("variant_id")
);

-- CreateTable
CREATE TABLE "stock_movement" (
    "id" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "on_hand_delta" INTEGER NOT NULL,
    "reserved_delta" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "order_id" TEXT,
    "actor_id" TEXT,
    "note" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_movement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock_claim" (
    "order_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_claim_pkey" PRIMARY KEY ("order_id")
);

-- CreateTable
CREATE TABLE "stock_claim_line" (
    "order_id" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "stock_claim_line_pkey" PRIMARY KEY ("order_id","variant_id")
);

-- CreateTable
CREATE TABLE "event_stream" (
    "stream" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "event_stream_pkey" PRIMARY KEY ("stream")
);

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
    "relayed_at" TIMESTAMPTZ(3),

    CONSTRAINT "event_record_pkey" PRIMARY KEY ("position")
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
CREATE UNIQUE INDEX "product_slug_key" ON "product"("slug");

-- CreateIndex
CREATE INDEX "product_search_idx" ON "product" USING GIN ("search");

-- CreateIndex
CREATE INDEX "product_seller_id_id_idx" ON "product"("seller_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "product_variant_sku_key" ON "product_variant"("sku");

-- CreateIndex
CREATE UNIQUE INDEX "product_variant_product_id_position_key" ON "product_variant"("product_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "category_slug_key" ON "category"("slug");

-- CreateIndex
CREATE INDEX "category_parent_id_idx" ON "category"("parent_id");

-- CreateIndex
CREATE INDEX "product_category_category_id_product_id_idx" ON "product_category"("category_id", "product_id");

-- CreateIndex
CREATE INDEX "stock_movement_variant_id_id_idx" ON "stock_movement"("variant_id", "id");

-- CreateIndex
CREATE INDEX "stock_movement_order_id_idx" ON "stock_movement"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "event_record_id_key" ON "event_record"("id");

-- CreateIndex
CREATE INDEX "event_record_occurred_at_idx" ON "event_record"("occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "event_record_stream_sequence_key" ON "event_record"("stream", "sequence");

-- CreateIndex
CREATE INDEX "inbox_entry_handled_at_idx" ON "inbox_entry"("handled_at");

-- CreateIndex
CREATE INDEX "idempotency_record_created_at_idx" ON "idempotency_record"("created_at");

-- AddForeignKey
ALTER TABLE "product_variant" ADD CONSTRAINT "product_variant_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_media" ADD CONSTRAINT "product_media_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "category" ADD CONSTRAINT "category_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "category"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_category" ADD CONSTRAINT "product_category_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "product_category" ADD CONSTRAINT "product_category_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "category"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stock_item" ADD CONSTRAINT "stock_item_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "product_variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stock_movement" ADD CONSTRAINT "stock_movement_variant_id_fkey" FOREIGN KEY ("variant_id") REFERENCES "product_variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stock_claim_line" ADD CONSTRAINT "stock_claim_line_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "stock_claim"("order_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed sets of words, and the rules no code path may break.
ALTER TABLE product
  ADD CONSTRAINT product_status CHECK (status IN ('DRAFT', 'ACTIVE', 'ARCHIVED')),
  ADD CONSTRAINT product_published CHECK (status <> 'ACTIVE' OR published_at IS NOT NULL),
  ADD CONSTRAINT product_archived CHECK ((status = 'ARCHIVED') = (archived_at IS NOT NULL)),
  ADD CONSTRAINT product_prices CHECK (min_price_minor >= 0 AND min_price_minor <= max_price_minor),
  ADD CONSTRAINT product_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE product_variant
  ADD CONSTRAINT product_variant_prices CHECK (
    price_minor >= 0
    AND (compare_at_price_minor IS NULL OR compare_at_price_minor > price_minor)
    AND (unit_cost_minor IS NULL OR unit_cost_minor >= 0)),
  ADD CONSTRAINT product_variant_weight CHECK (weight_grams IS NULL OR weight_grams >= 0);
ALTER TABLE category
  ADD CONSTRAINT category_not_its_own_parent CHECK (parent_id <> id),
  ADD CONSTRAINT category_slug_form CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE stock_item
  ADD CONSTRAINT stock_item_policy CHECK (policy IN ('DENY', 'CONTINUE')),
  ADD CONSTRAINT stock_item_threshold CHECK (low_stock_threshold >= 0),
  ADD CONSTRAINT stock_item_never_oversold CHECK (
    on_hand >= 0 AND reserved >= 0 AND (policy = 'CONTINUE' OR reserved <= on_hand));
ALTER TABLE stock_movement
  ADD CONSTRAINT stock_movement_reason CHECK (
    reason IN ('ADJUSTMENT', 'RESERVATION', 'RELEASE', 'SALE', 'RETURN')),
  ADD CONSTRAINT stock_movement_moves CHECK (on_hand_delta <> 0 OR reserved_delta <> 0);
ALTER TABLE stock_claim
  ADD CONSTRAINT stock_claim_state CHECK (state IN ('RESERVED', 'REJECTED', 'RELEASED', 'SOLD'));
ALTER TABLE stock_claim_line
  ADD CONSTRAINT stock_claim_line_quantity CHECK (quantity > 0);

CREATE INDEX product_title_prefix ON product (lower(title) text_pattern_ops);

-- The orders in which the catalogue is read.
CREATE INDEX product_newest ON product (id DESC) WHERE status = 'ACTIVE';
CREATE INDEX product_by_price ON product (min_price_minor, id) WHERE status = 'ACTIVE';
CREATE INDEX product_by_title ON product (lower(title), id) WHERE status = 'ACTIVE';

-- The relay looks only at what is not handed over yet, oldest first.
CREATE INDEX event_record_unrelayed ON event_record (position) WHERE relayed_at IS NULL;
