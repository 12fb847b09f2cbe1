import type { DeliveryFacts } from './delivery-rules.ts';

/** What is so of something that happens, before anything is known of whom it is for. */
export const SOMETHING_NEW: DeliveryFacts = {
  gone: 'NO',
  read: false,
  wanted: true,
  chosen: true,
  muted: false,
  level: true,
  reach: 'YES',
  due: false,
  snoozed: false,
  paused: false,
  quiet: false,
  attention: 'AWAY',
  mailed: 'NO',
};
