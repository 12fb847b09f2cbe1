-- souk: no transaction
-- Staff list the orders of which money could not be paid back; there are few.
CREATE INDEX CONCURRENTLY refund_failed ON refund (order_id) WHERE status = 'FAILED';
