-- A set that grew: its check is replaced by a wider one.
ALTER TABLE notification DROP CONSTRAINT notification_kind;
ALTER TABLE notification ADD CONSTRAINT notification_kind CHECK (kind IN (
  'MESSAGE', 'MENTION', 'REPLY', 'INVITE', 'JOIN_REQUEST', 'ORDER_STATUS', 'BACK_IN_STOCK',
  'PRICE_DROP', 'REVIEW', 'SECURITY', 'SYSTEM', 'ORDER_RECEIVED', 'LOW_STOCK', 'PAYOUT',
  'REPORT_FILED', 'RETURN', 'CUSTOMER_QUESTION')) NOT VALID;
