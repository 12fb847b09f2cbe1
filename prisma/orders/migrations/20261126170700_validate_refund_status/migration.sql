-- In a transaction of its own: rows are looked at while others read and write them.
ALTER TABLE "refund" VALIDATE CONSTRAINT refund_status;
