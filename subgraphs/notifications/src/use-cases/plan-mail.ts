import { HOUR_MS } from '@souk/runtime/domain';
import type { DeliveryReason } from '../domain/delivery-rules.ts';
import { DIGEST_BATCH } from '../domain/mail-batches.ts';
import type { ClaimedEmail } from '../persistence/email-store.ts';
import type { NoticeToSend } from '../persistence/notification-store.ts';
import { type DecidedNotice, decideNotices } from './decide-notices.ts';
import type { DecideDeps } from './deps.ts';

/** What happens to a mail of notices at this moment. */
export type MailPlan = (
  | { kind: 'SEND'; to: string; going: readonly NoticeToSend[] }
  | { kind: 'WAIT'; until: Date; reason: DeliveryReason | null }
  | { kind: 'SUPPRESS' }
) & {
  held: readonly DecidedNotice[];
  waiting: readonly DecidedNotice[];
  /** What was waiting for it then: this plan does not decide what joins it later. */
  sourceIds: readonly string[];
};

/**
 * Decides for each notice that waits for this mail whether it is sent. The mail is sent with those that are;
 * if none is due yet, it waits for the earliest, and if none will be, it is given up.
 */
export async function planMail(
  deps: DecideDeps,
  email: ClaimedEmail & { userId: string },
): Promise<MailPlan> {
  const { userId, attentiveSince } = email;
  const { deliveries, people } = deps.stores;
  // The sources are read before the texts of their notices: what is recorded as sent was in the mail.
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
 * Until when no other mail is sent for the batch, or about the room of a notice in whatever mail. A digest
 * has its own times: a late one does not delay the next ones.
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
