import { createActivityRecord } from '@souk/runtime/backplane';
import { newId, systemClock } from '@souk/runtime/domain';
import { createDatabase, openInTests, sealInTests, type TestDatabase } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OutgoingMail } from '../src/mail/mail-transport.ts';
import { renderMail } from '../src/mail/render-mail.ts';
import { createClient } from '../src/persistence/client.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import { type SendEmailDeps, sendEmail } from '../src/use-cases/send-email.ts';
import { sendEmailWithoutClaim } from './mutants/send-email-without-claim.ts';

let database: TestDatabase;
let client: ReturnType<typeof createClient>;
let stores: Stores;
beforeAll(async () => {
  database = await createDatabase('notifications');
  client = createClient(database.url);
  stores = storesOn(client);
});
afterAll(async () => {
  await client.$disconnect();
  await database.drop();
});

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
        parameters: { purpose: 'SIGN_IN', code: sealInTests('ABCD2345'), expiresAt: LATER },
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

test('what a sender took to its death is sent by the next, recognisably the same', async () => {
  const { sent, deps } = postOffice();
  const id = await written();
  const dies: SendEmailDeps = {
    ...deps,
    transaction: () => Promise.reject(new Error('killed')),
  };
  await expect(sendEmail(dies, id)).rejects.toThrow('killed');
  await sendEmail(deps, id);
  expect(sent).toHaveLength(1);
  const muchLater = { ...deps, clock: () => new Date(Date.now() + 3 * 60_000) };
  const due = await stores.emails.due(muchLater.clock(), 10);
  expect(due.map((email) => email.id)).toContain(id);
  await sendEmail(muchLater, id);
  expect(sent.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${id}@souk.test>`));
  expect(await stores.emails.findMany([id])).toMatchObject([{ status: 'SENT', attempts: 2 }]);
});

test('without a page to open, the mail shows the code', async () => {
  const { sent, deps } = postOffice();
  await sendEmail(deps, await written());
  expect(sent[0]?.text).toContain('type this code where you asked for it:\n\n    ABCD-2345\n');
  expect(sent[0]?.text).not.toContain('://');
});
