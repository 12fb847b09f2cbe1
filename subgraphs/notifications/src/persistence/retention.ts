import type { PruneRule } from '@souk/runtime/persistence';

/** How long rows that only grow in number are kept; days count from the given column. */
export const retention: readonly PruneRule[] = [
  // A notice is old half a year after it was last updated; its deliveries are deleted with it.
  { table: 'notification', since: 'updated_at', days: 180, batch: 200 },
  // A waiting delivery may wait for longer, for instance during a pause: it is deleted with its notice.
  { table: 'delivery', since: 'created_at', days: 90, where: `status <> 'PENDING'` },
  { table: 'email_message', since: 'created_at', days: 90, where: `status <> 'PENDING'` },
  // Mails to an address without an account: whoever owns it may have no account, so no erasure deletes them.
  {
    ...{ table: 'email_message', since: 'created_at', days: 30 },
    where: `status <> 'PENDING' AND user_id IS NULL`,
  },
  { table: 'push_message', since: 'created_at', days: 30, where: `status <> 'PENDING'` },
  { table: 'sms_message', since: 'created_at', days: 30, where: `status <> 'PENDING'` },
  // Needed for people whose arrival we hear of late, and for what a notice showed before, for as long as a
  // weekly digest waits.
  { table: 'room_message', since: 'posted_at', days: 8 },
  // Longer than an event may wait for its consumer, including dead ones that are replayed.
  { table: 'room_message_change', since: 'changed_at', days: 30 },
  { table: 'deleted_product', since: 'deleted_at', days: 30 },
  // For this long it can be sent again.
  { table: 'webhook_attempt', since: 'created_at', days: 30, where: `status <> 'PENDING'` },
  // Of a product or a seller that there is none of, or that is no more: nothing will ever be heard of it. Looked at for a
  // month: when something ends that there was until then, we are told.
  {
    table: 'watch',
    since: 'created_at',
    days: 30,
    where: `created_at > now() - interval '60 days' AND (left(entity_id, 4) = 'prd_' AND NOT EXISTS (SELECT 1 FROM watched_variant v WHERE v.product_id = entity_id)
        AND NOT EXISTS (SELECT 1 FROM watched_product p WHERE p.product_id = entity_id)
      OR left(entity_id, 4) = 'sel_' AND NOT EXISTS (SELECT 1 FROM seller_staff s WHERE s.seller_id = entity_id))`,
  },
  // Its session has ended by then. Nobody announces sessions that expire; this is the longest that users lets
  // one live.
  { table: 'device', since: 'registered_at', days: 30 },
  // By then no notice is left that it could decide.
  { table: 'group_standing', since: 'changed_at', days: 180, where: 'role IS NULL' },
  { table: 'settled_subject', since: 'noted_at', days: 30 },
];
