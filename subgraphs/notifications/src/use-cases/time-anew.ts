import type { NewId } from '@souk/runtime/domain';
import { nextDigestAt } from '../domain/digest.ts';
import { DIGEST_BATCH } from '../domain/mail-batches.ts';
import type { PreferenceSettings } from '../domain/preferences.ts';
import type { Stores } from '../persistence/stores.ts';

/** The settings that decide when waiting notices are due. */
export const TIMING = ['digest', 'timeZone', 'missedMessageDelayMinutes'] as const;
export type Timing = Pick<PreferenceSettings, (typeof TIMING)[number]>;

export interface TimeAnew {
  userId: string;
  now: Date;
  /** The defaults for people who have set nothing. */
  missedMailDelaySeconds: number;
  newId: NewId;
}

/**
 * A person changed when they want to be notified: what waits only for its time becomes due as if it had been
 * requested with the new settings. What waits for something else is decided when that is over, as before.
 */
export async function timeAnew(
  stores: Pick<Stores, 'emails' | 'deliveries' | 'people' | 'pushes' | 'texts'>,
  { digest, timeZone, missedMessageDelayMinutes: minutes }: Timing,
  { userId, now, missedMailDelaySeconds, newId }: TimeAnew,
): Promise<void> {
  const { emails, pushes, texts } = stores;
  const delay = { delaySeconds: minutes === null ? missedMailDelaySeconds : minutes * 60, now };
  await pushes.delayAnew(userId, delay);
  await texts.delayAnew(userId, delay);
  const digestAt = nextDigestAt(digest, timeZone, now);
  if (digestAt) await gather(stores, { userId, now, newId, digestAt });
  // A person who wants no more mails may change that before one would have been sent.
  else if (digest !== 'NEVER') await emails.delayAnew(userId, delay);
}

/** Everything that waits for its time goes into the digest that is sent then. */
async function gather(
  { emails, deliveries, people }: Pick<Stores, 'emails' | 'deliveries' | 'people'>,
  {
    userId,
    now,
    newId,
    digestAt: dueAt,
  }: Pick<TimeAnew, 'userId' | 'now' | 'newId'> & { digestAt: Date },
): Promise<void> {
  const single = await emails.giveUpForDigest(userId, now);
  if (single.length > 0) {
    const toAddress = (await people.addressesOf([userId])).get(userId)?.address ?? '';
    const digest = { id: newId('eml'), userId, toAddress, batchKey: DIGEST_BATCH, dueAt };
    const [mail] = await emails.joinBatches([digest], now);
    if (mail) await deliveries.moveFromMails(single, mail.emailId);
  }
  await emails.moveDigest(userId, { now, dueAt });
}
