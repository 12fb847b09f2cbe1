import { createActivityRecord } from '@souk/runtime/backplane';
import { newId, systemClock } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import { as, openInTests, sealInTests, sql, testBackplane, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutgoingMail } from '../src/mail/mail-transport.ts';
import { renderMail } from '../src/mail/render-mail.ts';
import { createSmtpTransport } from '../src/mail/smtp-transport.ts';
import { startOutboxes } from '../src/outbox/start-outboxes.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import { type SendEmailDeps, sendEmail } from '../src/use-cases/send-email.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { startMailServer } from './mail-server.ts';
import { sendEmailWithoutClaim } from './mutants/send-email-without-claim.ts';
import { sendMailsInAnyOrder } from './mutants/send-mails-in-any-order.ts';
import { startWaitingOutbox, type WaitingOutbox, WRITTEN_AT } from './waiting-outbox.ts';

let outbox: WaitingOutbox;
let graph: WaitingOutbox['graph'];
let client: WaitingOutbox['client'];
let stores: Stores;
beforeAll(async () => {
  outbox = await startWaitingOutbox();
  ({ graph, client, stores } = outbox);
});
afterAll(() => outbox[Symbol.asyncDispose]());

const LATER = new Date(Date.now() + 600_000).toISOString();

const written = async () => {
  const id = newId('eml');
  const createdAt = systemClock();
  await stores.emails.insert(
    {
      id,
      userId: null,
      toAddress: 'ada@example.test',
      content: {
        template: 'CODE',
        parameters: {
          purpose: 'SIGN_IN',
          code: sealInTests('notifications', 'ABCD2345'),
          expiresAt: LATER,
        },
      },
      sourceId: id,
      createdAt,
    },
    createdAt,
  );
  return id;
};
/** A post office that takes its time and remembers. */
const postOffice = () => {
  const sent: OutgoingMail[] = [];
  const deps: SendEmailDeps = {
    stores,
    transport: {
      send: async (mail) => {
        sent.push(mail);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { providerId: 'taken' };
      },
      close: async () => {},
    },
    transaction: (work) => work(stores as Parameters<typeof work>[0]),
    renderMail,
    openValue: openInTests,
    newId,
    unsubscribeUrl: () => null,
    clock: systemClock,
    activity: createActivityRecord({ raise: async () => {}, highest: async () => 0 }),
    mailFrom: 'Souk <hello@souk.test>',
    codePageUrl: null,
  };
  return { sent, deps };
};
const tenAtOnce = async (send: typeof sendEmail) => {
  const { sent, deps } = postOffice();
  const id = await written();
  await Promise.all(Array.from({ length: 10 }, () => send(deps, id)));
  return sent.length;
};

test('ten senders of one mail send it once', async () => {
  expect(await tenAtOnce(sendEmail)).toBe(1);
});

test('without the claim they send it again and again, so the test above can fail', async () => {
  expect(await tenAtOnce(sendEmailWithoutClaim)).toBeGreaterThan(1);
});

test('a mail that its sender died with is sent by the next, recognisably the same', async () => {
  const { sent, deps } = postOffice();
  const id = await written();
  const dies: SendEmailDeps = {
    ...deps,
    transaction: () => Promise.reject(new Error('killed')),
  };
  await expect(sendEmail(dies, id)).rejects.toThrow('killed');
  await sendEmail(deps, id);
  expect(sent).toHaveLength(1);
  const muchLater = { ...deps, clock: () => new Date(Date.now() + 6 * 60_000) };
  const due = await stores.emails.due(muchLater.clock(), 10);
  expect(due.map((email) => email.id)).toContain(id);
  await sendEmail(muchLater, id);
  expect(sent.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${id}@souk.test>`));
  expect(await stores.emails.findMany([id])).toMatchObject([{ status: 'SENT', attempts: 2 }]);
});

test('without a page to open, the mail shows the code', async () => {
  const { sent, deps } = postOffice();
  await sendEmail(deps, await written());
  expect(sent[0]?.text).toContain('enter this code where you asked for it:\n\n    ABCD-2345\n');
  expect(sent[0]?.text).not.toContain('://');
});

const ORDERS = 3;

/** Three mails each for some people, by a worker whose mail server is away for ten minutes. */
async function outage(people: readonly string[], used: Stores) {
  const others = otherSubgraphsOf(graph);
  for (const who of people) {
    await graph.deliver('users.EmailVerified', {
      ...{ userId: as(who).userId, email: `${who}@example.test` },
    });
    await others.idle();
    for (let nth = 0; nth < ORDERS; nth += 1) await others.orderStep(who, 'PAID');
  }
  await others.idle();
  const rows = () =>
    sql<{ id: string; who: string; status: string; attempts: number }>(
      graph,
      `SELECT id, to_address AS who, status, attempts
       FROM email_message WHERE user_id = ANY($1) ORDER BY id`,
      [people.map((who) => as(who).userId)],
    );
  const written = await rows();
  expect(written).toHaveLength(people.length * ORDERS);
  const firstOf = (who: string) => written.find((row) => row.who === `${who}@example.test`)?.id;
  const firsts = new Set(people.map(firstOf));

  const { port, url, close } = await startMailServer();
  await close();
  const dueAt = new Date(WRITTEN_AT.getTime() + 600_000);
  let now = dueAt;
  const backplane = await testBackplane();
  const { deps } = postOffice();
  const worker = startOutboxes({
    ...{ ...deps, stores: used, clock: () => now, logger: silentLogger, jobs: backplane.jobs },
    transaction: (work) =>
      client.$transaction((tx) => work(storesOn(tx) as Parameters<typeof work>[0])),
    ...{ transport: createSmtpTransport(url), sweepMs: 50, missedMailDelaySeconds: 300 },
    ...{ allowPrivate: false, sealValue: sealInTests },
    ...{ push: { send: async () => ({ result: 'SENT' }) }, sms: null },
  });
  const isIdle = async () => (await backplane.jobs.backlog('mail')) === 0;
  const meanwhile: Awaited<ReturnType<typeof rows>>[] = [];
  for (const [tried, minutes] of [0, 5, 10].entries()) {
    now = new Date(dueAt.getTime() + minutes * 60_000);
    const isTried = ({ id, attempts }: { id: string; attempts: number }) =>
      !firsts.has(id) || attempts > tried;
    await until(async () => (await rows()).every(isTried) && (await isIdle()));
    meanwhile.push(await rows());
  }
  const server = await startMailServer({ port });
  for (const id of firsts) server.busyFor.add(`<${id}@souk.test>`);
  server.faults.push('DROP', 'SLOW');
  await until(async () => {
    // By less than a mail is claimed for, and only while none is on its way.
    if (await isIdle()) now = new Date(now.getTime() + 60_000);
    return (await rows()).every(({ status }) => status === 'SENT');
  });
  await worker.close();
  await backplane.close();
  await server.close();
  const ids = server.received.map(({ messageId }) => messageId.slice(1, -'@souk.test>'.length));
  return { written: written.map(({ id }) => id), ids, meanwhile, firsts };
}
const outOfOrder = async (people: readonly string[], used: Stores) => {
  const { ids, written } = await outage(people, used);
  return written.filter((id, at) => {
    const next = at % ORDERS === ORDERS - 1 ? null : (written[at + 1] ?? null);
    return next !== null && ids.indexOf(next) < ids.indexOf(id);
  }).length;
};

test('a mail server that is away for ten minutes, and then busy and slow, gets each mail once, in order', async () => {
  const people = ['gil', 'hal'];
  const { written, ids, meanwhile, firsts } = await outage(people, stores);
  for (const rows of meanwhile) {
    expect(rows.every(({ status }) => status === 'PENDING')).toBe(true);
    // Tried once each time, however often the queue comes round; what comes after it not even once.
    expect(rows.every(({ id, attempts }) => !firsts.has(id) || attempts <= 3)).toBe(true);
    expect(rows.filter(({ id, attempts }) => !firsts.has(id) && attempts > 0)).toEqual([]);
  }
  expect([...ids].sort()).toEqual([...written].sort());
  for (let at = 0; at < written.length; at += ORDERS) {
    const own = written.slice(at, at + ORDERS);
    expect(ids.filter((id) => own.includes(id))).toEqual(own);
  }
});

test('a sender that takes any due mail lets later ones overtake, so the test above can fail (mutant)', async () => {
  const mutant = replaceStores(stores, { emails: sendMailsInAnyOrder(client, stores) });
  expect(await outOfOrder(['kim', 'lea'], mutant)).toBeGreaterThan(0);
});
