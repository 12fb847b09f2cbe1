import type { Clock, NewId } from '@souk/runtime/domain';
import type { RunTransaction } from '@souk/runtime/events';
import type { DeliveryOutcome, WaitingDeliveries } from '../persistence/delivery-store.ts';
import type { ClaimedEmail } from '../persistence/email-store.ts';
import type { Stores } from '../persistence/stores.ts';

export interface EndMailDeps {
  transaction: RunTransaction<Stores>;
  clock: Clock;
  newId: NewId;
}

export type MailEnd = {
  /** Records how the mail ended; false if it was returned already, or the caller no longer holds it. */
  end: (stores: Stores) => Promise<boolean>;
} & ({ going: WaitingDeliveries | null; became: DeliveryOutcome } | { going: null });

/** When a waiting mail is decided again if more joined it than was decided. */
const SOON_MS = 60_000;

/** Releases a mail of which nothing is sent yet. What joined it meanwhile may not wait that long. */
export const waitMail = (
  { transaction }: EndMailDeps,
  email: ClaimedEmail,
  {
    sourceIds,
    ...why
  }: { sourceIds: readonly string[]; reason: string | null; at: Date; dueAt: Date },
): Promise<void> =>
  transaction(async ({ emails, deliveries }) => {
    await emails.markWaiting(email, why);
    const { sourceIds: waiting } = await deliveries.waitingIn(email);
    const known = new Set(sourceIds);
    if (waiting.every((sourceId) => known.has(sourceId))) return;
    await emails.hasten(email.id, new Date(why.at.getTime() + SOON_MS));
  });

/**
 * Records how a mail ended, together with what was decided with it. If it was returned before this, it ends
 * as that, and so does what was in it. What joined it meanwhile, or waits longer than the others, moves to the
 * next mail of its batch however this one ended; otherwise nothing would ever send it.
 */
export const endMail = (
  { transaction, clock, newId }: EndMailDeps,
  email: ClaimedEmail,
  ended: MailEnd,
): Promise<void> =>
  transaction(async (stores) => {
    const { emails, deliveries } = stores;
    const { id, userId, batchKey, toAddress, notificationId } = email;
    // This comes first, since it waits for anything that is just joining the mail: whatever comes later finds
    // that it has ended.
    const returned = (await ended.end(stores)) ? 'NO' : await emails.endReturned(email);
    if (returned === null) return;
    if (ended.going) {
      const became = returned === 'NO' ? {} : { status: returned, reason: returned };
      await deliveries.settle(ended.going, { ...ended.became, ...became });
    }
    if (userId === null) return;
    const { notificationIds, sourceIds } = await deliveries.waitingIn({ id, notificationId });
    if (notificationIds.length === 0) return;
    const at = clock();
    const next = { id: newId('eml'), userId, toAddress, batchKey: batchKey ?? id, dueAt: at };
    const [mail] = await emails.joinBatches([next], at);
    const left = { userId, channel: 'EMAIL', notificationIds, sourceIds } as const;
    if (mail) await deliveries.moveToMail(left, mail.emailId);
  });
