import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@souk/runtime/domain';
import {
  createSealValue,
  EVENTS,
  newSealingKeys,
  type PayloadOf,
  type Sealed,
} from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { as, type StartedSubgraph, sealInTests, sql, startSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createCaughtMail, createNotificationsSubgraph, openCaughtMail } from '../src/index.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

let graph: StartedSubgraph;
let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
  graph = await startSubgraph('notifications', createNotificationsSubgraph, {
    config: {
      smtpUrl: server.url,
      mailFrom: 'Souk <hello@souk.test>',
      codePageUrl: 'https://souk.test/code#{code}',
      missedMailDelaySeconds: 600,
    },
    worker: true,
  });
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await server.close();
});

const CODE = 'ABCD2345';
const request = (who: string, given: Partial<PayloadOf<'users.EmailCodeRequested'>> = {}) => ({
  purpose: 'REGISTRATION' as const,
  email: `${who}@example.test`,
  code: sealInTests('notifications', CODE),
  expiresAt: new Date(Date.now() + 600_000).toISOString(),
  ...given,
});
const askForCode = (who: string, given = {}, id = newId('evt')) =>
  graph.deliver('users.EmailCodeRequested', request(who, given), {
    id,
    stream: `mailbox:${who}`,
    sequence: 1,
  });
const rowOf = async (who: string) => {
  const [row] = await sql<{ id: string; status: string; attempts: number; last_error: string }>(
    graph,
    'SELECT id, status, attempts, last_error, parameters FROM email_message WHERE to_address = $1',
    [`${who}@example.test`],
  );
  return row;
};
const mailsTo = (who: string) => server.received.filter(({ to }) => to === `${who}@example.test`);
const untilStatus = (who: string, status: string) =>
  until(async () => (await rowOf(who))?.status === status);

test('a requested code is mailed once, and its row then forgets it', async () => {
  await askForCode('ada');
  await untilStatus('ada', 'SENT');
  const [mail] = mailsTo('ada');
  expect(mail?.raw.replace(/=\r?\n/g, '')).toContain('ABCD-2345');
  expect(mail?.raw.replace(/=\r?\n/g, '')).toContain('https://souk.test/code#ABCD2345');
  expect(mail?.raw).toMatch(/^From: Souk <hello@souk.test>\r?$/m);
  const row = await rowOf('ada');
  expect(mail?.messageId).toBe(`<${row?.id}@souk.test>`);
  expect(row).toMatchObject({ attempts: 1, last_error: null, parameters: {} });
});

test('a guest who asks for their order gets a code, and nobody else gets a mail', async () => {
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  const tell = (given: { email: string; code: Sealed<'notifications'> | null }) =>
    graph.deliver('orders.GuestCodeRequested', { expiresAt, ...given }, { stream: 'mailbox:xy' });
  await tell({ email: '', code: null });
  await tell({ email: 'gia@example.test', code: sealInTests('notifications', CODE) });
  await untilStatus('gia', 'SENT');
  const [mail] = mailsTo('gia');
  expect(mail?.raw.replace(/=\r?\n/g, '')).toContain('ABCD-2345');
  expect(mail?.raw).toContain('Your code to see your order');
  expect(await sql(graph, "SELECT 1 FROM email_message WHERE to_address = ''")).toEqual([]);
});

test('delivered three times, by the queue and by the relay, it is still one mail', async () => {
  const event = {
    id: newId('evt'),
    position: 1,
    stream: 'mailbox:bo',
    sequence: 1,
    type: 'users.EmailCodeRequested' as const,
    version: EVENTS['users.EmailCodeRequested'].version,
    payload: request('bo'),
    occurredAt: new Date(),
  };
  await graph.backplane.jobs.add(
    'events.notifications',
    [1, 2, 3].map((round) => ({ id: `${event.id}-${round}`, name: event.type, data: event })),
  );
  await untilStatus('bo', 'SENT');
  const row = await rowOf('bo');
  await graph.backplane.jobs.add(
    'mail',
    [7, 8, 9].map((round) => ({
      id: `${row?.id}.${round}`,
      name: 'send',
      data: { emailId: row?.id },
    })),
  );
  await until(async () => (await graph.backplane.jobs.backlog('mail')) === 0);
  expect(mailsTo('bo')).toHaveLength(1);
  expect(
    await sql(graph, `SELECT 1 FROM email_message WHERE to_address = 'bo@example.test'`),
  ).toHaveLength(1);
});

test('a server that is busy twice gets it the third time, under the same Message-ID', async () => {
  server.refusals.push(451, 451);
  await askForCode('cy');
  await untilStatus('cy', 'SENT');
  expect(mailsTo('cy')).toHaveLength(1);
  expect(await rowOf('cy')).toMatchObject({ attempts: 3 });
});

test('a server that breaks the line after the text, and then takes its time, has the mail once', async () => {
  server.faults.push('DROP', 'SLOW');
  await askForCode('quinn');
  await untilStatus('quinn', 'SENT');
  expect(mailsTo('quinn')).toHaveLength(1);
  expect(await rowOf('quinn')).toMatchObject({ attempts: 2 });
});

test('a mail that was taken while the answer was lost goes again, under one Message-ID', async () => {
  server.faults.push('LOSE_ANSWER');
  await askForCode('rhea');
  await untilStatus('rhea', 'SENT');
  const copies = mailsTo('rhea');
  expect(copies).toHaveLength(2);
  expect(new Set(copies.map(({ messageId }) => messageId)).size).toBe(1);
});

test('a code that no key opens is not sent, and staff see why', async () => {
  const elsewhere = createSealValue({ notifications: newSealingKeys().publicKey });
  await askForCode('otto', { code: elsewhere('notifications', 'ABCD2345') });
  const error = await until(async () => (await rowOf('otto'))?.last_error);
  expect(error).toContain('opening keys');
  expect(await rowOf('otto')).toMatchObject({ status: 'PENDING' });
  expect(mailsTo('otto')).toEqual([]);
});

test('an address refused for good is given up at once, and the reason stays', async () => {
  server.refusals.push(550);
  await askForCode('dee');
  await untilStatus('dee', 'FAILED');
  expect(await rowOf('dee')).toMatchObject({ attempts: 1, parameters: {} });
  expect((await rowOf('dee'))?.last_error).toContain('Not now');
  expect(mailsTo('dee')).toHaveLength(0);
});

test('an address with an account is mailed so, and one without gets no mail', async () => {
  await askForCode('nobody', { purpose: 'SIGN_IN', code: null });
  await askForCode('nobody', { purpose: 'PASSWORD_RESET', code: null });
  await askForCode('has_one', { code: null });
  await untilStatus('has_one', 'SENT');
  expect(mailsTo('has_one')[0]?.raw).toContain('You have an account at Souk');
  expect(await rowOf('nobody')).toBeUndefined();
});

test('each request is a mail of its own, and a code that has ended is not sent', async () => {
  for (const purpose of ['SIGN_IN', 'PASSWORD_RESET']) await askForCode('eve', { purpose });
  await until(() => mailsTo('eve').length === 2);
  expect(new Set(mailsTo('eve').map(({ messageId }) => messageId)).size).toBe(2);
  await askForCode('late', { expiresAt: new Date(Date.now() - 1).toISOString() });
  await untilStatus('late', 'SUPPRESSED');
  expect(mailsTo('late')).toEqual([]);
});

test('an unconfirmed address gets a limited number of mails a day; a confirmed one has no such limit', async () => {
  const invite = (email: string) =>
    graph.deliver('groups.InviteMailed', {
      ...{ inviteId: newId('inv'), inviterId: newId('usr'), email },
      ...{
        url: sealInTests('notifications', 'https://souk.test/i'),
        expiresAt: '2100-01-01T00:00:00Z',
      },
    });
  const statuses = async (address: string) => {
    const rows = await sql<{ status: string; last_error: string | null; parameters: object }>(
      graph,
      `SELECT status, last_error, parameters FROM email_message
       WHERE to_address ILIKE $1 AND template = 'INVITE' ORDER BY id`,
      [address],
    );
    return rows;
  };
  const [stranger, owner] = ['stranger@example.test', 'owner@example.test'];
  await graph.deliver('users.EmailVerified', { userId: as('owner').userId, email: owner });
  const idle = () =>
    until(async () => (await graph.backplane.jobs.backlog('events.notifications')) === 0);
  await idle();
  for (let nth = 0; nth < 7; nth += 1) {
    await invite(nth % 2 ? stranger : stranger.toUpperCase());
    await invite(owner);
  }
  await idle();
  const held = (await statuses(stranger)).filter(({ status }) => status === 'SUPPRESSED');
  expect(held).toEqual(
    Array(2).fill({
      status: 'SUPPRESSED',
      last_error: 'too many mails to an address that nobody has confirmed',
      parameters: {},
    }),
  );
  expect(await statuses(owner)).toHaveLength(7);
  expect((await statuses(owner)).map(({ status }) => status)).not.toContain('SUPPRESSED');
  // What strangers have us write uses up none of the codes of whoever it belongs to.
  await askForCode('stranger', { purpose: 'REGISTRATION' });
  await until(async () =>
    server.received.some(({ to, raw }) => to === stranger && /code/i.test(raw)),
  );
});

test('of a changed address the former one gets a mail', async () => {
  const payload = { userId: as('fay').userId, change: 'EMAIL_CHANGED', email: 'fay@example.test' };
  await graph.deliver('users.SecurityChanged', payload as PayloadOf<'users.SecurityChanged'>);
  await untilStatus('fay', 'SENT');
  expect(mailsTo('fay')[0]?.raw.replace(/=\r?\n/g, '')).toContain('the last one to this address');
});

test('the outbox is for staff, by every path', async () => {
  const OUTBOX = `query ($statuses: [DeliveryStatus!], $first: Int) { emailOutbox(statuses: $statuses, first: $first) {
    pageInfo { hasNextPage } edges { node { id template status attempts lastError } } } }`;
  const data = await graph.ask(OUTBOX, { statuses: ['FAILED'] }, as('root', 'SUPPORT'));
  expect(data.emailOutbox.edges).toMatchObject([
    { node: { template: 'CODE', status: 'FAILED', attempts: 1 } },
  ]);
  const first = await graph.execute(OUTBOX, { first: 1 }, as('root', 'ADMIN'));
  expect(first.data.emailOutbox.pageInfo.hasNextPage).toBe(true);
  for (const [viewer, code] of [
    [as('ada'), 'FORBIDDEN'],
    [null, 'UNAUTHENTICATED'],
  ] as const) {
    const { errors } = await graph.execute(OUTBOX, {}, viewer);
    expect(errors?.[0]?.extensions?.code).toBe(code);
  }
  const entity = async (viewer: ReturnType<typeof as> | null) => {
    const { id } = data.emailOutbox.edges[0].node;
    const answer = await graph.execute(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on EmailMessage { status } } }',
      { r: [{ __typename: 'EmailMessage', id }] },
      viewer,
    );
    return answer.data._entities[0];
  };
  expect(await entity(as('root', 'SUPPORT'))).toEqual({ status: 'FAILED' });
  expect(await entity(as('dee'))).toBeNull();
});

test('a mailed invitation holds no text by users', async () => {
  await graph.deliver('groups.InviteMailed', {
    ...{ groupName: 'Buy pills', inviteId: newId('inv'), inviterId: as('ada').userId },
    ...{
      email: 'guest@example.test',
      url: sealInTests('notifications', 'https://souk.test/invite/1'),
      expiresAt: '2100-01-02T03:04:00Z',
    },
  });
  expect(
    await sql(
      graph,
      "SELECT 1 FROM email_message WHERE parameters::text LIKE '%invite/1%' OR parameters::text LIKE '%ABCD2345%'",
    ),
  ).toEqual([]);
  await untilStatus('guest', 'SENT');
  const raw = mailsTo('guest')[0]?.raw.replace(/=\r?\n/g, '') ?? '';
  expect(raw).toContain('https://souk.test/invite/1');
  expect(raw).not.toContain('pills');
});

const SAID = { text: 'There', html: '<p>There</p>' };

test('caught mail is kept in memory, newest first, two hundred at most', async () => {
  const mail = createCaughtMail({ logger: silentLogger });
  for (let at = 0; at < 250; at += 1) {
    const to = `person${at}@example.test`;
    await mail.send({ messageId: `<${at}@x>`, from: 'a@b.c', to, subject: 'Hi', ...SAID });
  }
  expect(mail.list()).toHaveLength(200);
  expect(mail.list()[0]).toMatchObject({ to: 'person249@example.test', subject: 'Hi' });
  expect(mail.list().at(-1)?.to).toBe('person50@example.test');
});

test('caught mails are kept over a restart, also when the last line was cut short', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'souk mailbox '));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'mailbox.jsonl');
  const open = () => openCaughtMail({ logger: silentLogger, file });
  const mail = (subject: string) => ({
    ...{ messageId: subject, from: 'souk', to: 'ada@example.com', subject, ...SAID },
  });
  const before = await open();
  for (const subject of ['one', 'two']) await before.send(mail(subject));
  await appendFile(file, '{"messageId":"thr');
  const after = await open();
  expect(after.list()).toEqual(before.list());
  await after.send(mail('four'));
  expect((await open()).list().map(({ subject }) => subject)).toEqual(['four', 'two', 'one']);
});
