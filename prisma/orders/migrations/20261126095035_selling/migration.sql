-- contract: no release writes payments, shipments, refunds or snapshots yet; the old order lines get their seller's part here
-- DropForeignKey
ALTER TABLE "shipment" DROP CONSTRAINT "shipment_order_id_fkey";

-- DropIndex
DROP INDEX "order_snapshot_order_id_idx";

-- DropIndex
DROP INDEX "shipment_order_id_idx";

-- AlterTable
ALTER TABLE "order_line" ADD COLUMN     "commission_minor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "discount_minor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "refunded_minor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "refunded_quantity" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "returned_quantity" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "seller_order_id" TEXT,
ADD COLUMN     "shipped_quantity" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "tax_minor" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "order_snapshot" ADD COLUMN     "with_prices" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "action" JSONB,
ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "capture_asked_at" TIMESTAMPTZ(3),
ADD COLUMN     "failure_code" TEXT,
ADD COLUMN     "method_code" TEXT NOT NULL,
ADD COLUMN     "method_kind" TEXT NOT NULL,
ADD COLUMN     "method_label" TEXT NOT NULL,
ADD COLUMN     "next_call_at" TIMESTAMPTZ(3),
ADD COLUMN     "refunded_minor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "return_url" TEXT;

-- AlterTable
ALTER TABLE "placed_order" ADD COLUMN     "billing_address" JSONB,
ADD COLUMN     "email" TEXT,
ADD COLUMN     "paid_by" TEXT,
ADD COLUMN     "payment_status" TEXT NOT NULL DEFAULT 'UNPAID',
ADD COLUMN     "refunded_minor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "tax_included" BOOLEAN NOT NULL DEFAULT true,
ALTER COLUMN "buyer_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "refund" ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "loose_minor" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "next_call_at" TIMESTAMPTZ(3),
ADD COLUMN     "payment_id" TEXT NOT NULL,
ADD COLUMN     "seller_order_id" TEXT,
ADD COLUMN     "status" TEXT NOT NULL DEFAULT 'PENDING';

-- AlterTable
ALTER TABLE "refund_line" ADD COLUMN     "amount_minor" BIGINT NOT NULL;

-- AlterTable
ALTER TABLE "shipment" DROP COLUMN "order_id",
ADD COLUMN     "seller_order_id" TEXT NOT NULL;

-- CreateTable
CREATE TABLE "seller_order" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,
    "buyer_id" TEXT,
    "status" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "subtotal_minor" BIGINT NOT NULL,
    "shipping_minor" BIGINT NOT NULL DEFAULT 0,
    "tax_minor" BIGINT NOT NULL DEFAULT 0,
    "discount_minor" BIGINT NOT NULL DEFAULT 0,
    "total_minor" BIGINT NOT NULL,
    "refunded_minor" BIGINT NOT NULL DEFAULT 0,
    "loose_refund_minor" BIGINT NOT NULL DEFAULT 0,
    "commission_minor" BIGINT NOT NULL DEFAULT 0,
    "delivery_label" TEXT,
    "deliver_from" TIMESTAMPTZ(3),
    "deliver_until" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "seller_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "test_payment" (
    "reference" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "method_code" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "captured_minor" BIGINT NOT NULL DEFAULT 0,
    "refunded_minor" BIGINT NOT NULL DEFAULT 0,
    "failure_code" TEXT,
    "return_url" TEXT,
    "keys" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "test_payment_pkey" PRIMARY KEY ("reference")
);

-- CreateTable
CREATE TABLE "return_request" (
    "id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "seller_order_id" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT,
    "decision_note" TEXT,
    "refund_id" TEXT,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3),

    CONSTRAINT "return_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "return_line" (
    "return_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,

    CONSTRAINT "return_line_pkey" PRIMARY KEY ("return_id","order_line_id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "id" TEXT NOT NULL,
    "movement_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "seller_id" TEXT,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "balance_after_minor" BIGINT,
    "order_id" TEXT,
    "seller_order_id" TEXT,
    "payout_id" TEXT,
    "available_at" TIMESTAMPTZ(3),
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "seller_account" (
    "seller_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "balance_minor" BIGINT NOT NULL DEFAULT 0,
    "paid_out_minor" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "seller_account_pkey" PRIMARY KEY ("seller_id","currency")
);

-- CreateTable
CREATE TABLE "payout" (
    "id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "seller_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "failure" TEXT,
    "period_start" TIMESTAMPTZ(3) NOT NULL,
    "period_end" TIMESTAMPTZ(3) NOT NULL,
    "next_call_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "paid_at" TIMESTAMPTZ(3),

    CONSTRAINT "payout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "timeline_entry" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "seller_order_id" TEXT,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "actor_id" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "timeline_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "guest_access" (
    "digest" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "guest_access_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "discount_code" (
    "code" TEXT NOT NULL,
    "basis_points" INTEGER,
    "amount_minor" BIGINT,
    "currency" TEXT,
    "minimum_minor" BIGINT NOT NULL DEFAULT 0,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "uses" INTEGER,
    "used" INTEGER NOT NULL DEFAULT 0,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "discount_code_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "discount_use" (
    "code" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "buyer" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,

    CONSTRAINT "discount_use_pkey" PRIMARY KEY ("code","order_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "seller_order_number_key" ON "seller_order"("number");

-- CreateIndex
CREATE INDEX "seller_order_seller_id_id_idx" ON "seller_order"("seller_id", "id");

-- CreateIndex
CREATE INDEX "seller_order_seller_id_status_id_idx" ON "seller_order"("seller_id", "status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "seller_order_order_id_seller_id_key" ON "seller_order"("order_id", "seller_id");

-- CreateIndex
CREATE UNIQUE INDEX "test_payment_secret_key" ON "test_payment"("secret");

-- CreateIndex
CREATE INDEX "test_payment_created_at_idx" ON "test_payment"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "return_request_number_key" ON "return_request"("number");

-- CreateIndex
CREATE INDEX "return_request_seller_order_id_idx" ON "return_request"("seller_order_id");

-- CreateIndex
CREATE INDEX "return_request_refund_id_idx" ON "return_request"("refund_id");

-- CreateIndex
CREATE INDEX "return_request_seller_id_id_idx" ON "return_request"("seller_id", "id");

-- CreateIndex
CREATE INDEX "return_request_seller_id_status_id_idx" ON "return_request"("seller_id", "status", "id");

-- CreateIndex
CREATE INDEX "ledger_entry_movement_id_idx" ON "ledger_entry"("movement_id");

-- CreateIndex
CREATE INDEX "ledger_entry_seller_id_id_idx" ON "ledger_entry"("seller_id", "id");

-- CreateIndex
CREATE INDEX "ledger_entry_seller_id_currency_available_at_idx" ON "ledger_entry"("seller_id", "currency", "available_at");

-- CreateIndex
CREATE INDEX "ledger_entry_payout_id_id_idx" ON "ledger_entry"("payout_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payout_number_key" ON "payout"("number");

-- CreateIndex
CREATE INDEX "payout_seller_id_id_idx" ON "payout"("seller_id", "id");

-- CreateIndex
CREATE INDEX "timeline_entry_order_id_id_idx" ON "timeline_entry"("order_id", "id");

-- CreateIndex
CREATE INDEX "guest_access_order_id_idx" ON "guest_access"("order_id");

-- CreateIndex
CREATE INDEX "guest_access_expires_at_idx" ON "guest_access"("expires_at");

-- CreateIndex
CREATE INDEX "discount_use_order_id_idx" ON "discount_use"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "discount_use_code_buyer_key" ON "discount_use"("code", "buyer");

-- CreateIndex
CREATE INDEX "order_line_seller_order_id_idx" ON "order_line"("seller_order_id");

-- CreateIndex
CREATE INDEX "order_snapshot_order_id_shared_at_idx" ON "order_snapshot"("order_id", "shared_at");

-- CreateIndex
CREATE INDEX "placed_order_payment_status_id_idx" ON "placed_order"("payment_status", "id");

-- CreateIndex
CREATE INDEX "refund_seller_order_id_idx" ON "refund"("seller_order_id");

-- CreateIndex
CREATE INDEX "refund_payment_id_idx" ON "refund"("payment_id");

-- CreateIndex
CREATE INDEX "shipment_seller_order_id_idx" ON "shipment"("seller_order_id");

-- Each order line from before gets its seller's part, named after the first of its lines.
INSERT INTO seller_order (id, order_id, position, number, seller_id, buyer_id, status, currency,
  subtotal_minor, total_minor, placed_at, updated_at)
SELECT 'sor_' || substr(min(l.id), 5), o.id,
  row_number() OVER (PARTITION BY o.id ORDER BY min(l.position)) - 1,
  o.number || '-' || row_number() OVER (PARTITION BY o.id ORDER BY min(l.position)),
  l.seller_id, o.buyer_id,
  CASE WHEN o.status IN ('CANCELLED', 'REJECTED') THEN 'CANCELLED' ELSE 'WAITING' END,
  o.currency, sum(l.total_minor), sum(l.total_minor), o.placed_at, o.updated_at
FROM placed_order o JOIN order_line l ON l.order_id = o.id
GROUP BY o.id, l.seller_id;

UPDATE order_line l SET seller_order_id = s.id
FROM seller_order s WHERE s.order_id = l.order_id AND s.seller_id = l.seller_id;

ALTER TABLE order_line ALTER COLUMN seller_order_id SET NOT NULL;

-- AddForeignKey
ALTER TABLE "seller_order" ADD CONSTRAINT "seller_order_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_seller_order_id_fkey" FOREIGN KEY ("seller_order_id") REFERENCES "seller_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipment" ADD CONSTRAINT "shipment_seller_order_id_fkey" FOREIGN KEY ("seller_order_id") REFERENCES "seller_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund" ADD CONSTRAINT "refund_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "return_request" ADD CONSTRAINT "return_request_seller_order_id_fkey" FOREIGN KEY ("seller_order_id") REFERENCES "seller_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "return_request" ADD CONSTRAINT "return_request_refund_id_fkey" FOREIGN KEY ("refund_id") REFERENCES "refund"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "return_line" ADD CONSTRAINT "return_line_return_id_fkey" FOREIGN KEY ("return_id") REFERENCES "return_request"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "return_line" ADD CONSTRAINT "return_line_order_line_id_fkey" FOREIGN KEY ("order_line_id") REFERENCES "order_line"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_payout_id_fkey" FOREIGN KEY ("payout_id") REFERENCES "payout"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "timeline_entry" ADD CONSTRAINT "timeline_entry_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "guest_access" ADD CONSTRAINT "guest_access_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "discount_use" ADD CONSTRAINT "discount_use_code_fkey" FOREIGN KEY ("code") REFERENCES "discount_code"("code") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "discount_use" ADD CONSTRAINT "discount_use_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "placed_order"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed sets of words, and the rules no code path may break.
ALTER TABLE placed_order
  DROP CONSTRAINT placed_order_status,
  ADD CONSTRAINT placed_order_status CHECK (status IN (
    'PENDING', 'RESERVED', 'PAID', 'COMPLETED', 'CANCELLED', 'REJECTED')),
  ADD CONSTRAINT placed_order_payment_status CHECK (payment_status IN (
    'UNPAID', 'ACTION_REQUIRED', 'AUTHORIZED', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'FAILED')),
  DROP CONSTRAINT placed_order_amounts,
  ADD CONSTRAINT placed_order_amounts CHECK (
    subtotal_minor >= 0 AND shipping_minor >= 0 AND tax_minor >= 0
    AND discount_minor BETWEEN 0 AND subtotal_minor
    AND total_minor = subtotal_minor + shipping_minor - discount_minor
      + CASE WHEN tax_included THEN 0 ELSE tax_minor END
    AND total_minor BETWEEN 0 AND 9007199254740991
    AND refunded_minor BETWEEN 0 AND total_minor);
ALTER TABLE seller_order
  ADD CONSTRAINT seller_order_status CHECK (status IN (
    'WAITING', 'OPEN', 'PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'CANCELLED')),
  ADD CONSTRAINT seller_order_amounts CHECK (
    discount_minor BETWEEN 0 AND subtotal_minor AND commission_minor BETWEEN 0 AND total_minor
    AND refunded_minor BETWEEN 0 AND total_minor
    AND loose_refund_minor BETWEEN 0 AND refunded_minor);
ALTER TABLE order_line
  ADD CONSTRAINT order_line_parts CHECK (
    discount_minor BETWEEN 0 AND total_minor AND shipped_quantity BETWEEN 0 AND quantity
    AND returned_quantity BETWEEN 0 AND shipped_quantity
    AND refunded_quantity BETWEEN 0 AND quantity AND refunded_minor >= 0);
ALTER TABLE payment
  DROP CONSTRAINT payment_status,
  ADD CONSTRAINT payment_status CHECK (status IN (
    'PENDING', 'ACTION_REQUIRED', 'AUTHORIZED', 'CAPTURED', 'FAILED', 'VOIDED',
    'PARTIALLY_REFUNDED', 'REFUNDED')),
  ADD CONSTRAINT payment_refunds CHECK (refunded_minor BETWEEN 0 AND amount_minor);
ALTER TABLE refund
  ADD CONSTRAINT refund_status CHECK (status IN ('PENDING', 'DONE'));
ALTER TABLE return_request
  ADD CONSTRAINT return_status CHECK (status IN (
    'REQUESTED', 'APPROVED', 'DECLINED', 'RECEIVED', 'REFUNDED', 'CANCELLED'));
ALTER TABLE return_line ADD CONSTRAINT return_line_quantity CHECK (quantity > 0);
ALTER TABLE payout
  ADD CONSTRAINT payout_status CHECK (status IN ('SCHEDULED', 'PAID', 'FAILED')),
  ADD CONSTRAINT payout_amount CHECK (amount_minor > 0);
ALTER TABLE discount_code
  ADD CONSTRAINT discount_code_amount CHECK (
    (basis_points BETWEEN 1 AND 10000 AND amount_minor IS NULL AND currency IS NULL)
    OR (basis_points IS NULL AND amount_minor > 0 AND currency IS NOT NULL)),
  ADD CONSTRAINT discount_code_uses CHECK (used >= 0 AND used <= coalesce(uses, used));
ALTER TABLE ledger_entry
  ADD CONSTRAINT ledger_entry_account CHECK (
    account IN ('BUYER', 'SELLER', 'PLATFORM', 'PROVIDER')
    AND (account = 'SELLER') = (seller_id IS NOT NULL)
    AND (account = 'SELLER') = (balance_after_minor IS NOT NULL)),
  ADD CONSTRAINT ledger_entry_amount CHECK (amount_minor <> 0);

-- What workers look for: what is to be asked of a provider next.
CREATE INDEX payment_due ON payment (next_call_at) WHERE next_call_at IS NOT NULL;
CREATE INDEX refund_due ON refund (next_call_at) WHERE next_call_at IS NOT NULL;
CREATE INDEX payout_due ON payout (next_call_at) WHERE next_call_at IS NOT NULL;

-- Only one payment of an order is ever taken.
CREATE UNIQUE INDEX payment_taken_once ON payment (order_id)
  WHERE capture_asked_at IS NOT NULL AND status NOT IN ('FAILED', 'VOIDED');

-- The ledger sums to zero at every commit, and what is in it stays as it is.
CREATE FUNCTION ledger_movement_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM ledger_entry WHERE movement_id = NEW.movement_id
    GROUP BY currency HAVING sum(amount_minor) <> 0
  ) THEN
    RAISE EXCEPTION 'the movement % does not sum to zero', NEW.movement_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_movement_is_balanced();

CREATE FUNCTION ledger_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Which payout an entry went into is decided later, once.
  IF TG_OP = 'UPDATE' AND OLD.payout_id IS NULL
    AND to_jsonb(NEW) - 'payout_id' = to_jsonb(OLD) - 'payout_id' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'entries of the ledger are never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER ledger_entry_final BEFORE UPDATE OR DELETE ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_final();
