import type { NotificationsConfig } from '../config.ts';

/** One of our addresses as seen from outside; null when our public address is not configured. */
export function ourUrl(base: NotificationsConfig['mailLinksUrl'], path: string): string | null {
  const url = typeof base === 'function' ? base() : base;
  return url ? `${url.replace(/\/$/, '')}${path}` : null;
}
