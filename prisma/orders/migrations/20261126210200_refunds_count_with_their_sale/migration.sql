-- What went back counts against payouts from the same moment on as what it was paid for, and not as much later again.
-- Entries are final but for this once; the lock is held for as long as it takes to find those that are not paid out.
ALTER TABLE "ledger_entry" DISABLE TRIGGER ledger_entry_final;
UPDATE "ledger_entry" AS back SET available_at = sale.available_at
FROM "ledger_entry" AS sale
WHERE back.account = 'SELLER' AND back.kind IN ('REFUND', 'COMMISSION_REFUND') AND back.payout_id IS NULL
  AND sale.seller_order_id = back.seller_order_id AND sale.account = 'SELLER' AND sale.kind = 'SALE';
ALTER TABLE "ledger_entry" ENABLE TRIGGER ledger_entry_final;
