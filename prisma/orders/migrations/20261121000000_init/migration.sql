-- CreateTable
CREATE TABLE "cart" (
    "id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cart_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cart_line" (
    "id" TEXT NOT NULL,
    "cart_id" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cart_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "placed_order" (
    "id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "currency" TEXT NOT NULL,
    "subtotal_minor" BIGINT NOT NULL,
    "shipping_minor" BIGINT NOT NULL DEFAULT 0,
    "tax_minor" BIGINT NOT NULL DEFAULT 0,
    "discount_minor" BIGINT NOT NULL DEFAULT 0,
    "total_minor" BIGINT NOT NULL,
    "shipping_address" JSONB NOT NULL,
    "note" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "placed_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_line" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "variant_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unit_price_minor" BIGINT NOT NULL,
    "total_minor" BIGINT NOT NULL,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "reference" TEXT,
    "status" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "failure_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shipment" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "carrier" TEXT,
    "tracking_number" TEXT,
    "tracking_url" TEXT,
    "status" TEXT NOT NULL,
    "shipped_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shipment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shipment_line" (
    "shipment_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "shipment_line_pkey" PRIMARY KEY ("shipment_id","order_line_id")
);

-- CreateTable
CREATE TABLE "refund" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "refund_line" (
    "refund_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "refund_line_pkey" PRIMARY KEY ("refund_id","order_line_id")
);

-- CreateTable
CREATE TABLE "order_snapshot" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "shared_by" TEXT NOT NULL,
    "shared_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "order_snapshot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "customer" (
    "id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "locale" TEXT,

    CONSTRAINT "customer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "priced_item" (
    "variant_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "seller_id" TEXT,
    "sku" TEXT,
    "title" TEXT,
    "currency" TEXT,
    "price_minor" BIGINT,
    "weight_grams" INTEGER,
    "status" TEXT,
    "product_sequence" BIGINT NOT NULL DEFAULT 0,
    "available" INTEGER,
    "stock_sequence" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "priced_item_pkey" PRIMARY KEY ("variant_id")
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
CREATE UNIQUE INDEX "cart_owner_id_key" ON "cart"("owner_id");

-- CreateIndex
CREATE UNIQUE INDEX "cart_line_cart_id_variant_id_key" ON "cart_line"("cart_id", "variant_id");

-- CreateIndex
CREATE UNIQUE INDEX "placed_order_number_key" ON "placed_order"("number");

-- CreateIndex
CREATE INDEX "placed_order_buyer_id_id_idx" ON "placed_order"("buyer_id", "id");

-- CreateIndex
CREATE INDEX "placed_order_status_id_idx" ON "placed_order"("status", "id");

-- CreateIndex
CREATE INDEX "order_line_product_id_idx" ON "order_line"("product_id");

-- CreateIndex
CREATE UNIQUE INDEX "order_line_order_id_position_key" ON "order_line"("order_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "order_line_order_id_variant_id_key" ON "order_line"("order_id", "variant_id");

-- CreateIndex
CREATE INDEX "payment_order_id_idx" ON "payment"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "payment_provider_reference_key" ON "payment"("provider", "reference");

-- CreateIndex
CREATE INDEX "shipment_order_id_idx" ON "shipment"("order_id");

-- CreateIndex
CREATE INDEX "refund_order_id_idx" ON "refund"("order_id");

-- CreateIndex
CREATE INDEX "order_snapshot_order_id_idx" ON "order_snapshot"("order_id");

-- CreateIndex
CREATE INDEX "priced_item_product_id_idx" ON "priced_item"("product_id");

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
ALTER TABLE "cart_line" ADD CONSTRAINT "cart_line_cart_id_fkey" FOREIGN KEY ("cart_id") REFERENCES "cart"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipment" ADD CONSTRAINT "shipment_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipment_line" ADD CONSTRAINT "shipment_line_shipment_id_fkey" FOREIGN KEY ("shipment_id") REFERENCES "shipment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipment_line" ADD CONSTRAINT "shipment_line_order_line_id_fkey" FOREIGN KEY ("order_line_id") REFERENCES "order_line"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund" ADD CONSTRAINT "refund_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund_line" ADD CONSTRAINT "refund_line_refund_id_fkey" FOREIGN KEY ("refund_id") REFERENCES "refund"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund_line" ADD CONSTRAINT "refund_line_order_line_id_fkey" FOREIGN KEY ("order_line_id") REFERENCES "order_line"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_snapshot" ADD CONSTRAINT "order_snapshot_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed sets of words, and the rules no code path may break.
ALTER TABLE placed_order
  ADD CONSTRAINT placed_order_status CHECK (status IN (
    'PENDING', 'RESERVED', 'PAID', 'FULFILLING', 'SHIPPED', 'DELIVERED',
    'CANCELLED', 'REJECTED', 'REFUNDED')),
  ADD CONSTRAINT placed_order_amounts CHECK (
    subtotal_minor >= 0 AND shipping_minor >= 0 AND tax_minor >= 0 AND discount_minor >= 0
    AND total_minor = subtotal_minor + shipping_minor + tax_minor - discount_minor
    AND total_minor BETWEEN 0 AND 9007199254740991);
ALTER TABLE order_line
  ADD CONSTRAINT order_line_quantity CHECK (quantity BETWEEN 1 AND 999),
  ADD CONSTRAINT order_line_amounts CHECK (
    unit_price_minor >= 0 AND total_minor = unit_price_minor * quantity);
ALTER TABLE cart_line
  ADD CONSTRAINT cart_line_quantity CHECK (quantity BETWEEN 1 AND 999);
ALTER TABLE payment
  ADD CONSTRAINT payment_amount CHECK (amount_minor >= 0),
  ADD CONSTRAINT payment_status CHECK (status IN (
    'PENDING', 'AUTHORIZED', 'CAPTURED', 'FAILED', 'VOIDED', 'REFUNDED'));
ALTER TABLE shipment
  ADD CONSTRAINT shipment_status CHECK (status IN (
    'LABEL_CREATED', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION'));
ALTER TABLE shipment_line
  ADD CONSTRAINT shipment_line_quantity CHECK (quantity > 0);
ALTER TABLE refund
  ADD CONSTRAINT refund_amount CHECK (amount_minor > 0);
ALTER TABLE refund_line
  ADD CONSTRAINT refund_line_quantity CHECK (quantity > 0);
ALTER TABLE priced_item
  ADD CONSTRAINT priced_item_status CHECK (status IN ('DRAFT', 'ACTIVE', 'ARCHIVED', 'REMOVED')),
  ADD CONSTRAINT priced_item_known CHECK (
    status IS NULL OR (seller_id IS NOT NULL AND sku IS NOT NULL AND title IS NOT NULL
      AND currency IS NOT NULL AND price_minor >= 0));

-- The relay looks only at what is not handed over yet, oldest first.
CREATE INDEX event_record_unrelayed ON event_record (position) WHERE relayed_at IS NULL;
