import { badInput } from '@souk/runtime/domain';
import { countUse } from '@souk/runtime/persistence';
import { textOf } from '../domain/notice-words.ts';
import { type Channel, TESTS } from '../domain/notification.ts';
import type { Stores } from '../persistence/stores.ts';
import type { Actor, NotificationsDeps } from './deps.ts';
import { notify } from './notify.ts';

const WORDS = { text: 'TEST', values: {} } as const;

/** Adds a notice to the viewer's inbox, and sends it on one channel at once; returns its id. */
export const sendTestNotification = (
  deps: NotificationsDeps,
  { userId }: Actor,
  { channel }: { channel: Channel },
): Promise<string> =>
  deps.transaction(async (stores) => {
    const obstacle = await obstacleTo(channel, userId, stores, deps);
    if (obstacle) throw badInput(obstacle, ['channel']);
    const now = deps.clock();
    await countUse(stores.quotas, userId, { rule: 'test-notices', quota: TESTS, now });
    const [entry] = await notify(
      deps,
      stores,
      {
        ...{ sourceId: deps.newId('evt'), kind: 'SYSTEM', words: WORDS, ...textOf(WORDS, null) },
        subject: null,
        actorId: null,
        roomId: null,
        messageId: null,
        orderId: null,
        target: null,
        sequence: now.getTime(),
        at: now,
      },
      [userId],
      { tried: channel },
    );
    if (!entry) throw new Error('A notice of its own comes into every inbox.');
    return entry.id;
  });

/** Why nothing would arrive on a channel, whatever is sent; null if something may. */
async function obstacleTo(
  channel: Channel,
  userId: string,
  { people, devices, smsNumbers }: Pick<Stores, 'people' | 'devices' | 'smsNumbers'>,
  { smsCodesADay }: Pick<NotificationsDeps, 'smsCodesADay'>,
): Promise<string | null> {
  switch (channel) {
    case 'IN_APP':
      return null;
    case 'EMAIL': {
      const address = (await people.addressesOf([userId])).get(userId);
      if (!address) return 'You have no confirmed email address.';
      return address.refused && 'Emails to your address are refused. Change it to another one.';
    }
    case 'PUSH':
      return (await devices.ofPeople([userId])).length === 0
        ? 'You have no registered device.'
        : null;
    case 'SMS': {
      if (smsCodesADay === null) return 'Text messages are not available here.';
      const [number] = await smsNumbers.of([userId]);
      if (!number?.number) return 'You have no confirmed number.';
      return number.refused && 'Your number does not accept text messages. Confirm it again.';
    }
  }
}
