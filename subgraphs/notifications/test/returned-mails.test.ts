import { newId } from '@souk/runtime/domain';
import { as, sql } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MailRefused } from '../src/mail/mail-transport.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { recordMailReturn } from '../src/use-cases/record-mail-return.ts';
import type { SendEmailDeps } from '../src/use-cases/send-email.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { senderOn, startWaitingOutbox, type WaitingOutbox } from './waiting-outbox.ts';

// A mail server may report a bounce before the sender of the mail has its answer, or when it never gets one.

let outbox: WaitingOutbox;
let graph: WaitingOutbox['graph'];
let others: ReturnType<typeof otherSubgraphsOf>;
/** Stands still unless a test moves it. */
const now = new Date();
beforeAll(async () => {
  outbox = await startWaitingOutbox();
  graph = outbox.graph;
  others = otherSubgraphsOf(graph);
});
afterAll(() => outbox[Symbol.asyncDispose]());

const clock = () => now;
const transaction: SendEmailDeps['transaction'] = (work) =>
  outbox.client.$transaction((tx) => work(storesOn(tx) as Parameters<typeof work>[0]));
const comesBack = (id: string) =>
  recordMailReturn(
    { transaction, clock },
    { messageId: `<${id}@souk.test>`, type: 'BOUNCED', detail: '550 no such user' },
  );
const aSender = (take: () => Promise<void>) => senderOn(outbox, take, { clock });

let sequence = 1;
const confirm = (who: string, email = `${who}@example.test`) => {
  sequence += 1;
  const stream = `user:${as(who).userId}`;
  return graph.deliver(
    'users.EmailVerified',
    { userId: as(who).userId, email },
    { stream, sequence },
  );
};
/** Somebody with a mail that waits: their room, and the mail. */
async function aReader(who: string) {
  await confirm(who);
  const room = await others.room(['ada', who], 'tea');
  await others.post(room, 'ada', 'Hello');
  await others.idle();
  const [mail] = await mailsOf(who);
  return { room, id: mail?.id ?? '' };
}
const mailsOf = (who: string) =>
  sql<{ id: string; status: string; last_error: string | null }>(
    graph,
    'SELECT id, status, last_error FROM email_message WHERE user_id = $1 ORDER BY id',
    [as(who).userId],
  );
const noticesIn = (id: string) =>
  sql<{ status: string; reason: string | null }>(
    graph,
    'SELECT status, reason FROM delivery WHERE email_id = $1',
    [id],
  );
const refusedOf = async (who: string) =>
  (await outbox.stores.people.addressesOf([as(who).userId])).get(as(who).userId)?.refused;
const BOUNCED = { status: 'BOUNCED', last_error: '550 no such user' };

test.each<[string, Error | null]>([
  ['is accepted', null],
  ['gets no answer', new Error('the line broke')],
  ['is refused', new MailRefused('550 nobody here')],
])(
  'a mail that comes back while it %s is BOUNCED, as are its notices; what joined it waits for the next mail',
  async (how, error) => {
    const who = how.replaceAll(' ', '-');
    const { room, id } = await aReader(who);
    const { send } = aSender(async () => {
      await others.post(room, 'ada', 'Meanwhile');
      await others.idle();
      await comesBack(id);
      if (error) throw error;
    });
    await send(id);
    expect(await mailsOf(who)).toMatchObject([{ id, ...BOUNCED }, { status: 'PENDING' }]);
    expect(await noticesIn(id)).toEqual([{ status: 'BOUNCED', reason: 'BOUNCED' }]);
    expect(await refusedOf(who)).toBe('BOUNCED');
    const { send: sendNext, sent } = aSender(async () => {});
    const next = (await mailsOf(who))[1]?.id ?? '';
    await sendNext(next);
    expect(sent).toEqual([]);
    expect(await noticesIn(next)).toEqual([{ status: 'SUPPRESSED', reason: 'BOUNCED' }]);
  },
);

test('a mail whose answer was lost is not sent again once it has come back', async () => {
  const who = 'unanswered';
  const { id } = await aReader(who);
  await aSender(() => Promise.reject(new Error('the line broke'))).send(id);
  expect(await mailsOf(who)).toMatchObject([{ id, status: 'PENDING' }]);
  await comesBack(id);
  expect(await refusedOf(who)).toBe('BOUNCED');
  const due = await outbox.stores.emails.due(now, 100);
  expect(due.map((mail) => mail.id)).toContain(id);
  const { send, sent } = aSender(async () => {});
  await send(id);
  expect(sent).toEqual([]);
  const [first, next] = await mailsOf(who);
  expect(first).toMatchObject({ id, ...BOUNCED });
  await send(next?.id ?? '');
  expect(sent).toEqual([]);
  expect(await noticesIn(next?.id ?? '')).toEqual([{ status: 'SUPPRESSED', reason: 'BOUNCED' }]);
});

test('a mail that was given up after its answer was lost is BOUNCED when it comes back', async () => {
  const who = 'given-up';
  const { id } = await aReader(who);
  await aSender(() => Promise.reject(new Error('the line broke'))).send(id);
  await aSender(() => Promise.reject(new MailRefused('550 nobody here'))).send(id);
  expect(await noticesIn(id)).toEqual([{ status: 'FAILED', reason: 'PROVIDER_REFUSED' }]);
  await comesBack(id);
  expect(await mailsOf(who)).toMatchObject([{ id, ...BOUNCED }]);
  expect(await noticesIn(id)).toEqual([{ status: 'BOUNCED', reason: 'BOUNCED' }]);
  expect(await refusedOf(who)).toBe('BOUNCED');
});

test('a bounce concerns the address to which the mail went, not the one for which it was written', async () => {
  const who = 'moved';
  const { id } = await aReader(who);
  await confirm(who, 'new@example.test');
  await others.idle();
  await aSender(() => comesBack(id)).send(id);
  expect(await refusedOf(who)).toBe('BOUNCED');
});

test('a code that comes back before it is recorded as sent is BOUNCED', async () => {
  const id = newId('eml');
  await outbox.stores.emails.insert(
    {
      ...{ id, userId: as('coded').userId, toAddress: 'coded@example.test', sourceId: id },
      ...{ content: { template: 'HAS_ACCOUNT', parameters: {} }, createdAt: now },
    },
    now,
  );
  await aSender(() => comesBack(id)).send(id);
  expect(await mailsOf('coded')).toMatchObject([{ id, ...BOUNCED }]);
});
