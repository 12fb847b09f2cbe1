import { HOUR_MS, newId } from '@souk/runtime/domain';
import { as, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherSubgraphsOf } from './inbox.ts';
import { startWaitingOutbox, type WaitingOutbox, WRITTEN_AT } from './waiting-outbox.ts';

// What waits for its time is due as whoever it is for says now, and not as they said when it came.

let outbox: WaitingOutbox;
let graph: WaitingOutbox['graph'];
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  outbox = await startWaitingOutbox();
  ({ graph } = outbox);
  others = otherSubgraphsOf(graph);
});
afterAll(() => outbox[Symbol.asyncDispose]());

type Settings = Readonly<Record<string, unknown>>;

const prefer = async (who: string, input: Settings) => {
  const { updateNotificationPreferences } = await graph.ask(
    `mutation ($input: NotificationPreferencesInput!) {
       updateNotificationPreferences(input: $input) { errors { __typename } } }`,
    { input },
    as(who),
  );
  expect(updateNotificationPreferences.errors).toEqual([]);
};

/** People who may be mailed, shown something on a device, and sent a text message. */
async function arePeople(people: readonly string[]) {
  const userIds = people.map((who) => as(who).userId);
  const all = (columns: string) => `SELECT ${columns} FROM unnest($1::text[]) AS id`;
  for (const statement of [
    `INSERT INTO mail_address (user_id, address, sequence) ${all(`id, id || '@example.test', 1`)}`,
    `INSERT INTO sms_number (user_id, number) ${all(`id, '+49' || id`)}`,
    `INSERT INTO device (id, user_id, platform, token, created_at) ${all(`'dev_' || id, id, 'FCM', id, now()`)}`,
    `INSERT INTO preference_rule (user_id, kind, channel, enabled) ${all(`id, 'ORDER_STATUS', 'SMS', true`)}`,
  ]) {
    await sql(graph, statement, [userIds]);
  }
}

/** Something in two rooms, and about an order: three mails, messages to a device, and a text message. */
async function happensTo(people: readonly string[]) {
  for (const name of ['tea', 'milk']) {
    const room = await others.room(['ada', ...people], name);
    await others.post(room, 'ada', `About ${name}`);
  }
  for (const who of people) await others.orderStep(who, 'PAID');
  await others.idle();
}

/** What waits for somebody on each channel: when it is due, in minutes from its coming, and how many occurrences go with it. */
async function waitsFor(who: string) {
  const rows = await sql<{ outbox: string; due_at: Date; of: number }>(
    graph,
    `SELECT 'mail' AS outbox, due_at, (SELECT count(*)::int FROM delivery
        WHERE email_id = m.id AND channel = 'EMAIL' AND status = 'PENDING') AS of
       FROM email_message m WHERE user_id = $1 AND status = 'PENDING'
     UNION ALL SELECT 'device', due_at, 1 FROM push_message WHERE user_id = $1 AND status = 'PENDING'
     UNION ALL SELECT 'phone', due_at, 1 FROM sms_message WHERE user_id = $1 AND status = 'PENDING'
     ORDER BY 1, 2`,
    [as(who).userId],
  );
  return rows.map(({ outbox, due_at, of }) => {
    const minutes = (due_at.getTime() - WRITTEN_AT.getTime()) / 60_000;
    return `${outbox} of ${of} in ${minutes} min`;
  });
}

const BERLIN = { timeZone: 'Europe/Berlin', missedMessageDelayMinutes: null };
const KOLKATA = { timeZone: 'Asia/Kolkata', missedMessageDelayMinutes: 45 };
const SETTINGS: Settings[] = [
  { digest: 'IMMEDIATE', ...BERLIN },
  { digest: 'IMMEDIATE', ...KOLKATA },
  { digest: 'HOURLY', ...KOLKATA },
  { digest: 'DAILY', ...BERLIN },
  { digest: 'DAILY', ...KOLKATA },
  { digest: 'WEEKLY', ...BERLIN },
];

test('waiting notices become due as if the current settings had always been in effect', async () => {
  const always = SETTINGS.map((after, at) => ({ who: `always-${at}`, after }));
  const changed = always.flatMap(({ who, after }, at) =>
    SETTINGS.filter((before) => before !== after).map((before, of) => ({
      ...{ who: `changed-${of}-${at}`, before, after, like: who },
    })),
  );
  const people = [...always, ...changed].map(({ who }) => who);
  await arePeople(people);
  for (const { who, after } of always) await prefer(who, after);
  for (const { who, before } of changed) await prefer(who, before);
  await happensTo(people);
  for (const { who, after } of changed) await prefer(who, after);

  for (const { who, before, after, like } of changed) {
    // A digest that was gathered stays one mail, which then leaves after the delay.
    const wasGathered = before.digest !== 'IMMEDIATE' && after.digest === 'IMMEDIATE';
    const expected = await waitsFor(like);
    const found = await waitsFor(who);
    const told = `${JSON.stringify(before)} → ${JSON.stringify(after)}`;
    if (!wasGathered) {
      expect(found, told).toEqual(expected);
      continue;
    }
    const once = new Set(expected.map((one) => one.replace('mail of 1', 'mail of 3')));
    expect(new Set(found), told).toEqual(once);
  }
  // At some hours the next hourly digest is the daily one, and on some days the next daily one is the weekly one.
  const different = new Set(
    (await Promise.all(always.map(({ who }) => waitsFor(who)))).map(String),
  );
  expect(different.size).toBeGreaterThanOrEqual(SETTINGS.length - 2);
});

test('switching mails off and on again loses none', async () => {
  const who = 'never-mind';
  await arePeople([who]);
  await happensTo([who]);
  const before = await waitsFor(who);
  await prefer(who, { digest: 'NEVER' });
  expect(await waitsFor(who)).toEqual(before);
  await prefer(who, { digest: 'IMMEDIATE' });
  expect(await waitsFor(who)).toEqual(before);
});

test('a mail that is on its way, or was refused, stays as it is', async () => {
  const who = 'underway';
  await arePeople([who]);
  await happensTo([who]);
  const [first, second] = await sql<{ id: string }>(
    graph,
    `SELECT id FROM email_message WHERE user_id = $1 AND status = 'PENDING' ORDER BY id`,
    [as(who).userId],
  );
  const claim = async (row: { id: string } | undefined) => {
    const until = new Date(WRITTEN_AT.getTime() + HOUR_MS);
    const claimed = await outbox.stores.emails.claim(row?.id ?? '', WRITTEN_AT, until);
    if (!claimed) throw new Error('Nobody else has it.');
    return claimed;
  };
  const refused = await claim(first);
  const dueAt = new Date(WRITTEN_AT.getTime() + 60_000);
  await outbox.stores.emails.markRefused(refused, { status: 'PENDING', error: '451 busy', dueAt });
  await sql(graph, 'UPDATE email_message SET claimed_until = $2 WHERE id = $1', [
    second?.id,
    new Date(WRITTEN_AT.getTime() + HOUR_MS),
  ]);
  await prefer(who, { digest: 'WEEKLY' });
  const left = await sql<{ id: string; batch: string }>(
    graph,
    `SELECT id, batch_key AS batch FROM email_message WHERE user_id = $1 AND status = 'PENDING'
     ORDER BY id`,
    [as(who).userId],
  );
  expect(left.map(({ id }) => id).slice(0, 2)).toEqual([first?.id, second?.id]);
  expect(left.slice(2).map(({ batch }) => batch)).toEqual(['digest']);
});

test('codes and mails about the account wait for no delay', async () => {
  const who = 'hurried';
  await arePeople([who]);
  const { userId } = as(who);
  const dueAt = new Date(WRITTEN_AT.getTime() + 60_000);
  const content = { template: 'SECURITY_NOTICE', parameters: { change: 'PASSWORD_SET' } } as const;
  const mail = {
    id: newId('eml'),
    userId,
    toAddress: 'hurried@example.test',
    sourceId: newId('ses'),
  };
  await outbox.stores.emails.insert({ ...mail, content, createdAt: WRITTEN_AT }, dueAt);
  const code = {
    id: newId('sms'),
    userId,
    toNumber: '+4915112345678',
    notificationId: null,
    dueAt,
  };
  await outbox.stores.texts.request([code], WRITTEN_AT);
  const before = await waitsFor(who);
  expect(before).toHaveLength(2);
  for (const settings of [{ missedMessageDelayMinutes: 10_080 }, { digest: 'WEEKLY' }]) {
    await prefer(who, settings);
    expect(await waitsFor(who)).toEqual(before);
  }
});
