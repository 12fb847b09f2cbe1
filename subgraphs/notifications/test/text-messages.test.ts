import { silentLogger } from '@souk/runtime/process';
import { as, type StartedSubgraph, sql, startSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNotificationsSubgraph } from '../src/index.ts';
import { SMS_STATUS_PATH, signed } from '../src/sms/status-route.ts';
import { beside, otherSubgraphsOf } from './inbox.ts';
import { startTwilio } from './twilio-service.ts';

const BASE = 'https://souk.test';
const CODES = 40;
/** What whoever runs Souk is warned of. */
const warnings: { left: number }[] = [];
const logger: typeof silentLogger = Object.assign(Object.create(silentLogger), {
  warn: (details: { left: number }) => warnings.push(details),
});
let twilio: Awaited<ReturnType<typeof startTwilio>>;
let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  twilio = await startTwilio();
  graph = await startSubgraph(
    'notifications',
    (deps) => createNotificationsSubgraph({ ...deps, logger }),
    {
      config: {
        ...{ mailFrom: 'Souk <hello@souk.test>', missedMailDelaySeconds: 0.2 },
        ...{ twilioAccount: twilio.account, twilioUrl: twilio.url, mailLinksUrl: BASE },
        smsCodesADay: CODES,
      },
      worker: true,
    },
  );
  others = otherSubgraphsOf(graph);
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await twilio.close();
});

const setNumber = async (who: string, number: string, address: string) => {
  const { setSmsNumber } = await graph.ask(
    `mutation ($number: String!) { setSmsNumber(number: $number) {
       errors { __typename ... on UserError { code } } } }`,
    { number },
    as(who),
    address,
  );
  return setSmsNumber.errors as { code: string }[];
};
const textTo = (number: string, like: RegExp) =>
  until(() => twilio.taken.findLast(({ to, text }) => to === number && like.test(text)));
/** Somebody with a confirmed number, who wants to hear of their orders there. */
async function aPhoneOf(who: string, number: string, address: string) {
  expect(await setNumber(who, number, address)).toEqual([]);
  const { text } = await textTo(number, /^\d{6} /);
  await graph.ask(
    `mutation ($code: String!, $input: NotificationPreferencesInput!) {
       confirmSmsNumber(code: $code) { errors { __typename } }
       updateNotificationPreferences(input: $input) { errors { __typename } } }`,
    {
      code: text.slice(0, 6),
      input: { rules: [{ kind: 'ORDER_STATUS', channel: 'SMS', enabled: true }] },
    },
    as(who),
  );
}
/** What Twilio says of a text message, as it says it. */
async function say(
  statusUrl: string,
  form: Record<string, string>,
  { token = twilio.account.authToken, url = statusUrl } = {},
) {
  const body = new URLSearchParams(form);
  const { pathname } = new URL(statusUrl);
  const answer = await beside(graph, pathname, {
    ...{ method: 'POST', body },
    headers: { 'x-twilio-signature': signed(token, url, body) },
  });
  return answer.status;
}
const smsOf = async (who: string) => {
  const [entry] = (await others.inbox(who)).notifications.edges;
  return entry?.node.deliveries.find(({ channel }: { channel: string }) => channel === 'SMS');
};
const refusedOf = async (who: string) =>
  (await graph.ask('{ viewer { smsNumber { refused } } }', {}, as(who))).viewer.smsNumber.refused;

test('Twilio’s example of a signature is signed as Twilio signs it', () => {
  const form = new URLSearchParams({
    ...{ CallSid: 'CA1234567890ABCDE', Caller: '+12349013030', Digits: '1234' },
    ...{ From: '+12349013030', To: '+18005551212' },
  });
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  expect(signed('12345', url, form)).toBe('0/KCTR6DLpKmkAf8muzZqo1nDgQ=');
});

test.each([
  ['delivered', '', { status: 'DELIVERED', reason: null }, null],
  ['undelivered', '30003', { status: 'BOUNCED', reason: 'BOUNCED' }, null],
  ['undelivered', '30006', { status: 'BOUNCED', reason: 'BOUNCED' }, 'BOUNCED'],
  ['failed', '30008', { status: 'FAILED', reason: 'PROVIDER_REFUSED' }, null],
  ['failed', '21610', { status: 'FAILED', reason: 'PROVIDER_REFUSED' }, 'COMPLAINED'],
] as const)(
  'a text message that is %s (%s) says so, and its number',
  async (said, code, became, number) => {
    const who = `${said}${code}`;
    const phone = `+467019${(code || '00000').slice(0, 5)}`;
    await aPhoneOf(who, phone, '198.51.100.7');
    await others.orderStep(who, 'PAID');
    const { statusUrl, sid } = await textTo(phone, /is paid/);
    expect(statusUrl).toMatch(new RegExp(`^${BASE}${SMS_STATUS_PATH}sms_`));
    await until(async () => (await smsOf(who))?.status === 'SENT');
    const word = { MessageSid: sid, MessageStatus: said, ErrorCode: code };
    // Steps on the way, words of strangers and of other messages change nothing.
    expect(await say(statusUrl as string, { ...word, MessageStatus: 'sending' })).toBe(204);
    expect(await say(statusUrl as string, word, { token: 'guessed' })).toBe(401);
    expect(
      await say(statusUrl as string, word, { url: `${BASE}${SMS_STATUS_PATH}sms_other` }),
    ).toBe(401);
    expect(await smsOf(who)).toMatchObject({ status: 'SENT', reason: null });
    expect(await say(statusUrl as string, word)).toBe(204);
    expect(await smsOf(who)).toMatchObject(became);
    expect(await refusedOf(who)).toBe(number);
    // Once said, it stays.
    expect(await say(statusUrl as string, { MessageSid: sid, MessageStatus: 'failed' })).toBe(204);
    expect(await smsOf(who)).toMatchObject(became);
  },
);

test("Twilio's report may arrive before the message is recorded as sent", async () => {
  await aPhoneOf('early', '+46701812345', '198.51.100.8');
  await others.orderStep('early', 'PAID');
  await textTo('+46701812345', /is paid/);
  await until(async () => (await smsOf('early'))?.status === 'SENT');
  const { userId } = as('early');
  // As if its sender had not come so far yet.
  await sql(
    graph,
    `UPDATE sms_message SET status = 'PENDING', claimed_until = now() + interval '1 minute',
       due_at = now() + interval '1 minute' WHERE user_id = $1 AND notification_id IS NOT NULL`,
    [userId],
  );
  await sql(
    graph,
    `UPDATE delivery SET status = 'PENDING', provider_id = NULL WHERE user_id = $1 AND channel = 'SMS'`,
    [userId],
  );
  const { statusUrl, sid } = await textTo('+46701812345', /is paid/);
  await say(statusUrl as string, { MessageSid: sid, MessageStatus: 'delivered' });
  expect(await smsOf('early')).toMatchObject({ status: 'DELIVERED', reason: null });
});

/** A text message about an order that Twilio took, although nobody was told. */
async function textWithoutAnswer(who: string, phone: string, address: string) {
  await aPhoneOf(who, phone, address);
  twilio.answers.push('LOSE_ANSWER');
  await others.orderStep(who, 'PAID');
  const taken = await textTo(phone, /is paid/);
  await until(async () => (await smsOf(who))?.status === 'FAILED');
  return taken;
}

test('a text message that was taken without an answer is failed until Twilio reports it', async () => {
  const { statusUrl, sid } = await textWithoutAnswer('unanswered', '+46701912346', '198.51.100.9');
  const report = { MessageSid: sid, MessageStatus: 'delivered' };
  expect(await say(statusUrl as string, report)).toBe(204);
  expect(await smsOf('unanswered')).toMatchObject({ status: 'DELIVERED', reason: null });
  // Once said, it stays.
  expect(await say(statusUrl as string, { ...report, MessageStatus: 'failed' })).toBe(204);
  expect(await smsOf('unanswered')).toMatchObject({ status: 'DELIVERED', reason: null });
});

test('a number that has stopped gets no more texts, also when the text that met it had no answer', async () => {
  const { statusUrl, sid } = await textWithoutAnswer('stopped', '+46701912347', '198.51.100.10');
  const report = { MessageSid: sid, MessageStatus: 'failed', ErrorCode: '21610' };
  expect(await say(statusUrl as string, report)).toBe(204);
  expect(await refusedOf('stopped')).toBe('COMPLAINED');
});

test('accounts at one address can request a limited number of codes a day, and the log warns of the last ones', async () => {
  const numberOf = (nth: number) => `+4673${String(nth).padStart(3, '0')}0000`.slice(0, 12);
  let refused = 0;
  for (let nth = 0; nth < 35; nth += 1) {
    const [error] = await setNumber(`sybil${nth}`, numberOf(nth), '203.0.113.9');
    if (error) {
      expect(error.code).toBe('RATE_LIMITED');
      refused += 1;
    }
  }
  expect(refused).toBe(5);
  // Of what the day has there is some left for who is elsewhere, and whoever runs Souk knows that it is not much.
  expect(await setNumber('elsewhere', '+46761234567', '203.0.113.10')).toEqual([]);
  await until(() => warnings.some(({ left }) => left !== undefined && left <= CODES * 0.2));
});
