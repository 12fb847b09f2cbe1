import { HOUR_MS } from '@souk/runtime/domain';
import type { DeliveryReason } from '../domain/delivery-rules.ts';
import type { ClaimedEmail } from '../persistence/email-store.ts';
import type { NoticeToSend } from '../persistence/notification-store.ts';
import { type DecidedNotice, decideNotices } from './decide-notices.ts';
import type { DecideDeps } from './deps.ts';

/** What becomes of a mail of notices at this moment. */
export type MailPlan =
  | {
      kind: 'SEND';
      to: string;
      going: readonly NoticeToSend[];
      held: readonly DecidedNotice[];
      /** When the notices were read that it goes with. */
      at: Date;
    }
  | { kind: 'WAIT'; until: Date; reason: DeliveryReason | null; held: readonly DecidedNotice[] }
  | { kind: 'SUPPRESS'; held: readonly DecidedNotice[] };

/**
 * Asks of each notice that waits for this mail whether it goes. The mail leaves with those that do; it
 * waits for the earliest when none does yet, and is given up when none will.
 */
export async function planMail(
  deps: DecideDeps,
  email: ClaimedEmail & { userId: string },
): Promise<MailPlan> {
  const { userId, batchKey, attentiveSince } = email;
  const { deliveries, emails, people } = deps.stores;
  const at = deps.clock();
  const notificationIds = await deliveries.noticesIn(email);
  const address = (await people.addressesOf([userId])).get(userId);
  const lastSent = batchKey === null ? null : await emails.lastSent(userId, batchKey);
  const decided = await decideNotices(deps, {
    userId,
    channel: 'EMAIL',
    notificationIds,
    attentiveSince,
    reach: address ? (address.refused ?? 'YES') : 'NONE',
    mailedUntil: lastSent && new Date(lastSent.getTime() + HOUR_MS),
  });
  const held = decided.filter(({ outcome }) => outcome === 'SUPPRESS');
  const going = decided.filter(({ outcome }) => outcome === 'SEND').map(({ notice }) => notice);
  if (address && going.length > 0) return { kind: 'SEND', to: address.address, going, held, at };
  const [first] = decided
    .flatMap(({ until, reason }) => (until ? [{ until, reason }] : []))
    .sort((a, b) => a.until.getTime() - b.until.getTime());
  return first ? { kind: 'WAIT', ...first, held } : { kind: 'SUPPRESS', held };
}
