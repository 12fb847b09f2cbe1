import type { Delivery } from '../domain/delivery.ts';
import { type DeliveryFacts, decideDelivery } from '../domain/delivery-rules.ts';
import { nextDigestAt } from '../domain/digest.ts';
import { batchKeyOf, DIGEST_BATCH } from '../domain/mail-batches.ts';
import { type Channel, channelsOf, type NotificationKind } from '../domain/notification.ts';
import type { NotificationTarget } from '../domain/notification-target.ts';
import { DEFAULT_SETTINGS } from '../domain/preferences.ts';
import { SOMETHING_NEW } from '../domain/something-new.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';

/** The parts of an occurrence that decide where it may be sent. */
interface OccurrenceSource {
  sourceId: string;
  kind: NotificationKind;
  subject: string | null;
  roomId: string | null;
  orderId: string | null;
  target: NotificationTarget | null;
}

type Entry = { id: string; userId: string };

interface WantedDeliveries {
  entries: readonly Entry[];
  /** By channel, the people who do not want the kind there. */
  unwilling: ReadonlyMap<Channel, ReadonlySet<string>>;
  /** The channels that a person's watch names; all if left out. */
  chosen: ReadonlyMap<string, readonly Channel[]> | undefined;
  /** The one channel that is tested, at once. */
  tried: Channel | undefined;
}

/**
 * Requests that notices which entered inboxes are sent by mail and to devices when the delay of each person
 * is over: whether they are is decided then. If it is already known that one is not sent, its reason is
 * recorded at once.
 */
export async function requestDeliveries(
  { clock, newId, missedMailDelaySeconds }: NotifyDeps,
  {
    emails,
    deliveries,
    people,
    preferences,
    devices,
    pushes,
    smsNumbers,
    texts,
  }: TransactionStores,
  { sourceId, ...occurrence }: OccurrenceSource,
  { entries, unwilling, chosen, tried }: WantedDeliveries,
): Promise<void> {
  const { kind } = occurrence;
  const userIds = entries.map(({ userId }) => userId);
  const settings = await preferences.settingsOf(userIds);
  const addresses = await people.addressesOf(userIds);
  const mailed = await deliveries.mailedAmong(entries.map(({ id }) => id));
  const all = await devices.ofPeople(userIds);
  const elsewhere = (tried ? [tried] : channelsOf(kind)).filter((channel) => channel !== 'IN_APP');
  const numbers = elsewhere.includes('SMS') ? await smsNumbers.of(userIds) : [];
  const devicesOf = (userId: string) => all.filter((device) => device.userId === userId);
  const settingsOf = (userId: string) => settings.get(userId) ?? DEFAULT_SETTINGS;
  const now = clock();

  const factsOf = ({ id, userId }: Entry, channel: Channel): DeliveryFacts => {
    const wanted = !unwilling.get(channel)?.has(userId);
    const isChosen = chosen?.get(userId)?.includes(channel) ?? true;
    if (channel === 'PUSH') {
      const reach = devicesOf(userId).length > 0 ? 'YES' : 'NONE';
      return { ...SOMETHING_NEW, wanted, chosen: isChosen, reach };
    }
    if (channel === 'SMS') {
      const number = numbers.find((one) => one.userId === userId);
      const reach = number?.number ? (number.refused ?? 'YES') : 'NONE';
      return { ...SOMETHING_NEW, wanted, reach };
    }
    const address = addresses.get(userId);
    return {
      ...{ ...SOMETHING_NEW, chosen: isChosen },
      wanted: tried !== undefined || (wanted && settingsOf(userId).digest !== 'NEVER'),
      reach: address ? (address.refused ?? 'YES') : 'NONE',
      mailed: mailed.has(id) ? 'UNREAD' : 'NO',
    };
  };
  /** Text messages are only requested for people who have a number, or have asked for them. */
  const concerns = ({ userId }: Entry, channel: Channel): boolean =>
    channel !== 'SMS' ||
    numbers.some((one) => one.userId === userId) ||
    !unwilling.get('SMS')?.has(userId);
  const decided = entries.flatMap((entry) =>
    elsewhere
      .filter((channel) => concerns(entry, channel))
      .map((channel) => {
        const decision = decideDelivery(channel, factsOf(entry, channel));
        return { entry, channel, ...decision };
      }),
  );
  await deliveries.record(
    decided.map(({ entry, channel, outcome, reason, rule }): Delivery => {
      const isHeld = outcome === 'SUPPRESS';
      return {
        userId: entry.userId,
        sourceId,
        channel,
        kind,
        notificationId: entry.id,
        status: isHeld ? 'SUPPRESSED' : 'PENDING',
        reason: isHeld ? reason : null,
        rule,
        attemptedAt: isHeld ? now : null,
      };
    }),
    now,
  );
  const waitingOn = (channel: Channel) =>
    decided
      .filter((one) => one.channel === channel && one.outcome !== 'SUPPRESS')
      .map(({ entry }) => entry);
  const delayOver = (userId: string) => {
    if (tried) return now;
    const minutes = settingsOf(userId).missedMessageDelayMinutes;
    const seconds = minutes === null ? missedMailDelaySeconds : minutes * 60;
    return new Date(now.getTime() + seconds * 1_000);
  };

  const mails = waitingOn('EMAIL').map(({ id, userId }) => {
    const { digest, timeZone } = settingsOf(userId);
    const digestAt = tried ? null : nextDigestAt(digest, timeZone, now);
    return {
      id: newId('eml'),
      userId,
      toAddress: addresses.get(userId)?.address ?? '',
      batchKey: digestAt ? DIGEST_BATCH : batchKeyOf({ id, ...occurrence }),
      dueAt: digestAt ?? delayOver(userId),
    };
  });
  const joined = await emails.joinBatches(mails, now);
  if (joined.length > 0) await deliveries.waitForMail(sourceId, joined);

  const shown = waitingOn('PUSH').flatMap(({ id: notificationId, userId }) =>
    devicesOf(userId).map(({ id: deviceId }) => ({
      id: newId('psh'),
      userId,
      deviceId,
      notificationId,
      dueAt: delayOver(userId),
    })),
  );
  if (shown.length > 0) await pushes.show(shown, now);

  const rung = waitingOn('SMS').map(({ id: notificationId, userId }) => ({
    id: newId('sms'),
    userId,
    toNumber: null,
    notificationId,
    dueAt: delayOver(userId),
  }));
  if (rung.length > 0) await texts.request(rung, now);
}
