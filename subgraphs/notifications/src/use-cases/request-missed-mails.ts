import type { NotifyDeps, TransactionStores } from './deps.ts';

const CHANNEL = 'EMAIL';
const KIND = 'MESSAGE';

/**
 * Writes a mail for each of these notices, to leave when the delay is over: whether it does is decided
 * then. One mail for a notice: who has not read it needs no second one.
 */
export async function requestMissedMails(
  { clock, newId, missedMailDelaySeconds }: NotifyDeps,
  { emails, deliveries, people, preferences }: TransactionStores,
  messageId: string,
  notices: readonly { id: string; userId: string }[],
): Promise<void> {
  const userIds = notices.map(({ userId }) => userId);
  const addresses = await people.addressesOf(userIds);
  if (addresses.size === 0) return;
  const unwilling = await preferences.unwilling(userIds, { kind: KIND, channel: CHANNEL });
  const mails = notices.flatMap(({ id: notificationId, userId }) => {
    const toAddress = addresses.get(userId);
    if (toAddress === undefined || unwilling.has(userId)) return [];
    return [{ id: newId('eml'), userId, toAddress, notificationId }];
  });
  const createdAt = clock();
  const dueAt = new Date(createdAt.getTime() + missedMailDelaySeconds * 1_000);
  const written = new Set(await emails.insertMissed(mails, { messageId, createdAt, dueAt }));
  const waiting = mails.filter(({ userId }) => written.has(userId));
  const what = { sourceId: messageId, channel: CHANNEL, kind: KIND } as const;
  const pending = { status: 'PENDING', reason: null, attemptedAt: null } as const;
  await deliveries.record(
    waiting.map(({ userId }) => ({ userId, ...what, ...pending })),
    createdAt,
  );
  await deliveries.attach(
    what,
    waiting.map(({ notificationId: id, userId }) => ({ id, userId })),
  );
}
