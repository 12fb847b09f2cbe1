import type { NotificationsConfig } from '../config.ts';
import { UNSUBSCRIBE_PATH } from './unsubscribe-route.ts';
import type { UnsubscribeTokens } from './unsubscribe-tokens.ts';

/** The link by which somebody calls mails off; null where nobody said at what address we are reached. */
export const linksOf =
  (base: NotificationsConfig['mailLinksUrl'], tokens: UnsubscribeTokens) =>
  (userId: string): string | null => {
    const url = typeof base === 'function' ? base() : base;
    if (!url) return null;
    return `${url.replace(/\/$/, '')}${UNSUBSCRIBE_PATH}${tokens.tokenOf(userId)}`;
  };
