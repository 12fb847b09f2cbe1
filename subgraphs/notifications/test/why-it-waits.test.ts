import { createActivityRecord } from '@souk/runtime/backplane';
import { HOUR_MS, systemClock } from '@souk/runtime/domain';
import { as, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WEEKDAYS } from '../src/domain/quiet-hours.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { senderOn, startWaitingOutbox, type WaitingOutbox } from './waiting-outbox.ts';

// What waits says for what: on the notice, and to whoever asks why they did not get it.

let outbox: WaitingOutbox;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  outbox = await startWaitingOutbox();
  others = otherSubgraphsOf(outbox.graph);
});
afterAll(() => outbox[Symbol.asyncDispose]());

const ask = (who: string, document: string, variables: Record<string, unknown>) =>
  outbox.graph.ask(document, variables, as(who));
const prefer = (who: string, input: Record<string, unknown>) =>
  ask(
    who,
    `mutation ($input: NotificationPreferencesInput!) {
       updateNotificationPreferences(input: $input) { errors { __typename } } }`,
    { input },
  );
const snooze = async (who: string, until: string | null) => {
  const filter = { box: until === null ? 'SNOOZED' : 'INBOX' };
  const [{ node }] = (await others.inbox(who, { filter })).notifications.edges;
  await ask(
    who,
    `mutation ($id: ID!, $until: DateTime) {
       snoozeNotification(notificationId: $id, until: $until) { errors { __typename } } }`,
    { id: node.id, until },
  );
};

const TOMORROW = new Date(Date.now() + 24 * HOUR_MS).toISOString();
const ALWAYS = [
  { days: [...WEEKDAYS], start: '00:00', end: '12:00' },
  { days: [...WEEKDAYS], start: '12:00', end: '00:00' },
];
let isThere = false;

/** By reason, what begins and what ends it. */
const REASONS: Readonly<
  Record<
    string,
    { rule: string; says: string; begin: (who: string) => unknown; end: (who: string) => unknown }
  >
> = {
  PAUSED: {
    ...{ rule: 'all notices paused', says: 'until your pause is over' },
    begin: (who) => prefer(who, { pausedUntil: TOMORROW }),
    end: (who) => prefer(who, { pausedUntil: null }),
  },
  QUIET_HOURS: {
    ...{ rule: 'quiet hours', says: 'until your quiet hours are over' },
    begin: (who) => prefer(who, { quietPeriods: ALWAYS }),
    end: (who) => prefer(who, { quietPeriods: [] }),
  },
  SNOOZED: {
    ...{ rule: 'snoozed', says: 'until it returns to your inbox' },
    begin: (who) => snooze(who, TOMORROW),
    end: (who) => snooze(who, null),
  },
  ATTENTIVE: {
    ...{ rule: 'there, on some device', says: 'you were active at the time' },
    begin: () => {
      isThere = true;
    },
    end: () => {
      isThere = false;
    },
  },
};

test.each(Object.keys(REASONS))(
  'a waiting notice tells that it is %s, until it is sent',
  async (reason) => {
    const who = `waits-${reason.toLowerCase()}`;
    const of = REASONS[reason] as (typeof REASONS)[string];
    await outbox.graph.deliver('users.EmailVerified', {
      ...{ userId: as(who).userId, email: `${who}@example.test` },
    });
    const room = await others.room(['ada', who], 'tea');
    const first = await others.post(room, 'ada', 'One');
    await others.idle();
    const messageIds = [first, await others.post(room, 'ada', 'Two')];
    await others.idle();
    await of.begin(who);
    const { send, sent } = senderOn(outbox, async () => {}, {
      activity: createActivityRecord({
        raise: async () => {},
        highest: async () => (isThere ? systemClock().getTime() : 0),
      }),
    });
    const mails = await outbox.client.emailMessage.findMany({ where: { userId: as(who).userId } });
    const mail = async () => {
      for (const { id } of mails) await send(id);
    };
    const explained = async (messageId: string | undefined) => {
      const { explainNotification } = await ask(
        who,
        `query ($messageId: ID!) { explainNotification(messageId: $messageId) {
         summary deliveries { channel status reason rule } } }`,
        { messageId },
      );
      const { summary, deliveries } = explainNotification;
      return {
        summary,
        mail: deliveries.find(({ channel }: { channel: string }) => channel === 'EMAIL'),
      };
    };
    await mail();
    for (const messageId of messageIds) {
      const { summary, mail } = await explained(messageId);
      expect(mail).toMatchObject({ status: 'PENDING', reason, rule: of.rule });
      expect(summary).toContain(`Email: it is waiting: ${of.says}.`);
    }
    const box = reason === 'SNOOZED' ? 'SNOOZED' : 'INBOX';
    const [{ node }] = (await others.inbox(who, { filter: { box } })).notifications.edges;
    expect(node.deliveries).toContainEqual(
      expect.objectContaining({ channel: 'EMAIL', status: 'PENDING', reason }),
    );
    expect(sent).toEqual([]);
    await of.end(who);
    // By us, or by the worker, which may have found it due in between.
    await mail();
    await until(async () => (await explained(messageIds[0])).mail.status === 'SENT');
    expect((await explained(messageIds[0])).mail).toMatchObject({ status: 'SENT', reason: null });
    expect((await explained(messageIds[1])).mail).toMatchObject({
      ...{ status: 'SENT', reason: 'BATCHED_INTO' },
    });
  },
);
