import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@souk/runtime/domain';
import { EVENTS } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { as, type StartedSubgraph, sql, startSubgraph, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createCaughtMail, createNotificationsSubgraph, openCaughtMail } from '../src/index.ts';
import { registration } from './inbox.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

let graph: StartedSubgraph;
let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
  graph = await startSubgraph('notifications', createNotificationsSubgraph, {
    config: {
      smtpUrl: server.url,
      mailFrom: 'Souk <hello@souk.test>',
      verifyEmailUrl: 'https://souk.test/verify?token={token}',
      missedMailDelaySeconds: 600,
    },
    worker: true,
  });
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await server.close();
});

const register = (who: string, given: Record<string, unknown> = {}, id = newId('evt')) =>
  graph.deliver(
    'users.UserRegistered',
    { ...registration(who, `${who} the Great`), silent: false, ...given },
    { id, stream: `user:${as(who).userId}`, sequence: 1 },
  );
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
  until(async () => (await rowOf(who))?.status === status, { within: 15_000 });

test('whoever registers gets one mail with the token, whose row then forgets it', async () => {
  await register('ada');
  await untilStatus('ada', 'SENT');
  const [mail] = mailsTo('ada');
  // The address is not confirmed: a name somebody chose could say anything to whoever reads this.
  expect(mail?.raw).not.toContain('Great');
  expect(mail?.raw.replace(/=\r?\n/g, '')).toContain('https://souk.test/verify?token=');
  expect(mail?.raw.replace(/=\r?\n/g, '')).toContain('token-of-ada');
  expect(mail?.raw).toMatch(/^From: Souk <hello@souk.test>\r?$/m);
  const row = await rowOf('ada');
  expect(mail?.messageId).toBe(`<${row?.id}@souk.test>`);
  expect(row).toMatchObject({ attempts: 1, last_error: null, parameters: {} });
});

test('told of three times, by the queue and by the relay, it is still one mail', async () => {
  const event = {
    id: newId('evt'),
    position: 1,
    stream: `user:${as('bo').userId}`,
    sequence: 1,
    type: 'users.UserRegistered' as const,
    version: EVENTS['users.UserRegistered'].version,
    payload: { ...registration('bo', 'Bo'), silent: false },
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
  await register('cy');
  await untilStatus('cy', 'SENT');
  expect(mailsTo('cy')).toHaveLength(1);
  expect(await rowOf('cy')).toMatchObject({ attempts: 3 });
});

test('an address refused for good is given up at once, and the reason stays', async () => {
  server.refusals.push(550);
  await register('dee');
  await untilStatus('dee', 'FAILED');
  expect(await rowOf('dee')).toMatchObject({ attempts: 1, parameters: {} });
  expect((await rowOf('dee'))?.last_error).toContain('Not now');
  expect(mailsTo('dee')).toHaveLength(0);
});

test('demo people and repeated requests: none, and one each', async () => {
  await register('silent', { silent: true });
  const { silent: _, ...person } = registration('eve', 'Eve');
  for (const token of ['first', 'second']) {
    await graph.deliver('users.EmailVerificationRequested', {
      ...person,
      emailVerification: { ...person.emailVerification, token },
    });
  }
  await until(() => mailsTo('eve').length === 2, { within: 15_000 });
  expect(await rowOf('silent')).toBeUndefined();
  expect(new Set(mailsTo('eve').map(({ messageId }) => messageId)).size).toBe(2);
});

test('the outbox is for staff, by every path', async () => {
  const OUTBOX = `query ($statuses: [DeliveryStatus!], $first: Int) { emailOutbox(statuses: $statuses, first: $first) {
    pageInfo { hasNextPage } edges { node { id template status attempts lastError } } } }`;
  const { data } = await graph.execute(OUTBOX, { statuses: ['FAILED'] }, as('root', 'SUPPORT'));
  expect(data.emailOutbox.edges).toMatchObject([
    { node: { template: 'CONFIRM_ADDRESS', status: 'FAILED', attempts: 1 } },
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

test('caught mail is kept in memory, newest first, two hundred at most', async () => {
  const mail = createCaughtMail({ logger: silentLogger });
  for (let at = 0; at < 250; at += 1) {
    const to = `person${at}@example.test`;
    await mail.send({ messageId: `<${at}@x>`, from: 'a@b.c', to, subject: 'Hi', text: 'There' });
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
    ...{ messageId: subject, from: 'souk', to: 'ada@example.com', subject, text: 'Hello' },
  });
  const before = await open();
  for (const subject of ['one', 'two']) await before.send(mail(subject));
  await appendFile(file, '{"messageId":"thr');
  const after = await open();
  expect(after.list()).toEqual(before.list());
  await after.send(mail('four'));
  expect((await open()).list().map(({ subject }) => subject)).toEqual(['four', 'two', 'one']);
});
