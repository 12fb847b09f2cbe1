import type { NotificationsConfig } from '../config.ts';

/** An address of ours as it is known outside; null where nobody said at what address we are reached. */
export function ourUrl(base: NotificationsConfig['mailLinksUrl'], path: string): string | null {
  const url = typeof base === 'function' ? base() : base;
  return url ? `${url.replace(/\/$/, '')}${path}` : null;
}
