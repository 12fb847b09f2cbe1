import { newId } from '@souk/runtime/domain';
import { createDatabase, sealInTests, type TestDatabase } from '@souk/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Claim } from '../src/persistence/claim.ts';
import { createClient } from '../src/persistence/client.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';

// Whoever takes longer than a row is theirs for finds it taken up by somebody else, and must not write over what
// became of it.

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

const at = new Date('2026-11-27T00:00:00Z');
const MINUTE_MS = 60_000;
const after = (minutes: number) => new Date(at.getTime() + minutes * MINUTE_MS);
const PEOPLE = { userId: newId('usr'), ownerId: newId('usr') };
const ENDPOINT = newId('whe');
beforeEach(async () => {
  await client.webhookEndpoint.deleteMany();
  await stores.webhookEndpoints.insert({
    ...{ id: ENDPOINT, ownerId: PEOPLE.ownerId, responsibleId: null, label: null, enabled: true },
    ...{ url: 'https://program.example/', eventTypes: [], createdAt: at },
    secret: sealInTests('notifications', 'whsec_x'),
  });
});

interface Outbox {
  write(id: string): Promise<unknown>;
  claim(id: string, now: Date, until: Date): Promise<Claim | null>;
  row(id: string): Promise<unknown>;
  /** The end that whoever has it by right writes. */
  finish(claim: Claim): Promise<unknown>;
  /** Every way in which whoever is late may end. */
  late: Readonly<Record<string, (claim: Claim) => Promise<unknown>>>;
}

const answered = { responseStatus: 500 };
const waiting = { reason: 'ATTENTIVE', at, dueAt: after(60) };
const OUTBOXES: Readonly<Record<string, () => Outbox>> = {
  mails: () => {
    const { emails } = stores;
    return {
      write: (id) =>
        emails.insert(
          {
            ...{ id, userId: null, toAddress: 'ada@example.test', sourceId: id, createdAt: at },
            content: { template: 'HAS_ACCOUNT', parameters: {} },
          },
          at,
        ),
      claim: emails.claim,
      row: (id) => client.emailMessage.findUniqueOrThrow({ where: { id } }),
      finish: (claim) => emails.markSent(claim, { providerId: 'second', at }),
      late: {
        sent: (claim) => emails.markSent(claim, { providerId: 'first', at: after(9) }),
        refused: (claim) =>
          emails.markRefused(claim, { status: 'FAILED', error: 'late', dueAt: after(60) }),
        suppressed: emails.markSuppressed,
        waiting: (claim) => emails.markWaiting(claim, waiting),
      },
    };
  },
  devices: () => {
    const { pushes } = stores;
    return {
      write: (id) =>
        pushes.show(
          [{ id, ...PEOPLE, deviceId: newId('dev'), notificationId: newId('ntf'), dueAt: at }],
          at,
        ),
      claim: pushes.claim,
      row: (id) => client.pushMessage.findUniqueOrThrow({ where: { id } }),
      finish: (claim) => pushes.finish(claim, { status: 'SENT', at }),
      late: {
        sent: (claim) => pushes.finish(claim, { status: 'SENT', at: after(9) }),
        failed: (claim) => pushes.finish(claim, { status: 'FAILED', at: after(9), error: 'late' }),
        givenBack: (claim) => pushes.giveBack(claim, { error: 'late', dueAt: after(60) }),
        waiting: (claim) => pushes.markWaiting(claim, waiting),
      },
    };
  },
  'text messages': () => {
    const { texts } = stores;
    return {
      write: (id) =>
        texts.request(
          [
            {
              id,
              userId: PEOPLE.userId,
              toNumber: '+46701234567',
              notificationId: null,
              dueAt: at,
            },
          ],
          at,
        ),
      claim: texts.claim,
      row: (id) => client.smsMessage.findUniqueOrThrow({ where: { id } }),
      finish: (claim) => texts.finish(claim, { status: 'FAILED', at, error: 'it may have gone' }),
      late: {
        sent: (claim) => texts.finish(claim, { status: 'SENT', at: after(9) }),
        givenBack: (claim) => texts.giveBack(claim, { error: 'late', dueAt: after(60) }),
        waiting: (claim) => texts.markWaiting(claim, waiting),
      },
    };
  },
  programs: () => {
    const { webhookAttempts } = stores;
    return {
      write: (id) =>
        webhookAttempts.insert(
          [
            {
              ...{ id, endpointId: ENDPOINT, ownerId: PEOPLE.ownerId, eventId: newId('evt') },
              ...{ eventType: 'orders.PayoutChanged', body: '{}', stream: id, sequence: 1 },
              ...{ occurredAt: at, status: 'PENDING' },
            },
          ],
          at,
        ),
      claim: webhookAttempts.claim,
      row: (id) => client.webhookAttempt.findUniqueOrThrow({ where: { id } }),
      finish: (claim) =>
        webhookAttempts.finish(claim, { status: 'DELIVERED', at, responseStatus: 200 }),
      late: {
        failed: (claim) =>
          webhookAttempts.finish(claim, { status: 'FAILED', at: after(9), ...answered }),
        givenBack: (claim) => webhookAttempts.giveBack(claim, { dueAt: after(60), ...answered }),
        waiting: (claim) => webhookAttempts.markWaiting(claim, after(60)),
      },
    };
  },
};
const CASES = Object.entries(OUTBOXES).flatMap(([name, outbox]) =>
  ['while another has it', 'after another sent it'].map((when) => [name, when, outbox] as const),
);

test.each(CASES)('%s: a late worker writes nothing, %s', async (_, when, of) => {
  const { write, claim, row, finish, late } = of();
  for (const [name, end] of Object.entries(late)) {
    const id = newId('evt');
    await write(id);
    const first = await claim(id, after(0), after(5));
    const second = await claim(id, after(6), after(11));
    if (!first || !second) throw new Error('Both have it, one after the other.');
    if (when === 'after another sent it') expect(await finish(second), name).toBe(true);
    const before = await row(id);
    await end(first);
    expect(await row(id), name).toEqual(before);
    // The end by whoever has it does write, so the comparison above can fail.
    if (when === 'while another has it') {
      expect(await finish(second), name).toBe(true);
      expect(await row(id), name).not.toEqual(before);
    }
  }
});
