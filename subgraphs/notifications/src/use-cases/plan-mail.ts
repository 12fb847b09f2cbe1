import { HOUR_MS } from '@souk/runtime/domain';
import type { DeliveryReason } from '../domain/delivery-rules.ts';
import { DIGEST_BATCH } from '../domain/mail-batches.ts';
import type { ClaimedEmail } from '../persistence/email-store.ts';
import type { NoticeToSend } from '../persistence/notification-store.ts';
import { type DecidedNotice, decideNotices } from './decide-notices.ts';
import type { DecideDeps } from './deps.ts';

/** What becomes of a mail of notices at this moment. */
export type MailPlan = (
  | { kind: 'SEND'; to: string; going: readonly NoticeToSend[] }
  | { kind: 'WAIT'; until: Date; reason: DeliveryReason | null }
  | { kind: 'SUPPRESS' }
) & {
  held: readonly DecidedNotice[];
  waiting: readonly DecidedNotice[];
  /** What waited for it then: what joins it later is not decided by this plan. */
  sourceIds: readonly string[];
};

/**
 * Asks of each notice that waits for this mail whether it goes. The mail leaves with those that do; it
 * waits for the earliest when none does yet, and is given up when none will.
 */
export async function planMail(
  deps: DecideDeps,
  email: ClaimedEmail & { userId: string },
): Promise<MailPlan> {
  const { userId, attentiveSince } = email;
  const { deliveries, people } = deps.stores;
  // The sources before the texts of their notices: what is written down as sent was in the mail.
  const { notificationIds, sourceIds } = await deliveries.waitingIn(email);
  const address = (await people.addressesOf([userId])).get(userId);
  const decided = await decideNotices(deps, {
    userId,
    channel: 'EMAIL',
    notificationIds,
    attentiveSince,
    reach: address ? (address.refused ?? 'YES') : 'NONE',
    mailedUntil: await mailedUntil(deps, email),
  });
  const held = decided.filter(({ outcome }) => outcome === 'SUPPRESS');
  const going = decided.filter(({ outcome }) => outcome === 'SEND').map(({ notice }) => notice);
  const waiting = decided.filter(({ outcome }) => outcome === 'WAIT');
  const of = { held, waiting, sourceIds };
  if (address && going.length > 0) return { kind: 'SEND', to: address.address, going, ...of };
  const [first] = decided
    .flatMap(({ until, reason }) => (until ? [{ until, reason }] : []))
    .sort((a, b) => a.until.getTime() - b.until.getTime());
  return first ? { kind: 'WAIT', ...first, ...of } : { kind: 'SUPPRESS', ...of };
}

/**
 * Until when no other mail goes out of the batch, or of the room of a notice, whatever mail that was in. A digest
 * goes by its own clock: one that was late does not make the next ones late.
 */
async function mailedUntil(
  { stores: { emails }, clock }: DecideDeps,
  { userId, batchKey }: ClaimedEmail & { userId: string },
): Promise<(notice: NoticeToSend) => Date | null> {
  const hourAfter = (at: Date | null | undefined) => at && new Date(at.getTime() + HOUR_MS);
  const digest = batchKey === DIGEST_BATCH ? batchKey : null;
  const last = batchKey === null || digest ? null : await emails.lastSent(userId, batchKey);
  const ofBatch = hourAfter(last);
  const rooms = await emails.roomsMailed(userId, new Date(clock().getTime() - HOUR_MS), digest);
  return ({ roomId }) => ofBatch ?? hourAfter(roomId === null ? null : rooms.get(roomId)) ?? null;
}
