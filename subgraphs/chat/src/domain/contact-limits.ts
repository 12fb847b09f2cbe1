import { rateLimited } from '@souk/runtime/domain';

/**
 * What one account may do to people who did not ask for it: open rooms, and bring in strangers. Both
 * are counted in the transaction that does it, so nobody gets past by being fast, and nothing that
 * failed counts.
 */
export const CONTACT_RULES = ['rooms', 'strangers'] as const;
export type ContactRule = (typeof CONTACT_RULES)[number];

export interface ContactLimits {
  roomsPerWindow: number;
  strangersPerWindow: number;
  contactWindowSeconds: number;
}

/** An account's use of a rule after the latest was added to it. */
export interface QuotaUse {
  used: number;
  startedAt: Date;
}

/** Throws `RATE_LIMITED`, saying when the window ends, when more is used than the rule allows. */
export function assertWithin(
  rule: ContactRule,
  { used, startedAt }: QuotaUse,
  limits: ContactLimits,
  now: Date,
): void {
  const allowed = rule === 'rooms' ? limits.roomsPerWindow : limits.strangersPerWindow;
  if (used <= allowed) return;
  const endsAt = startedAt.getTime() + limits.contactWindowSeconds * 1_000;
  throw rateLimited(Math.max(1, Math.ceil((endsAt - now.getTime()) / 1_000)));
}
