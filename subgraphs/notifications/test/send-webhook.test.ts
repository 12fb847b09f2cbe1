import { newId } from '@souk/runtime/domain';
import { createOpenValue, createSealValue, newSealingKeys } from '@souk/runtime/events';
import { replaceStores } from '@souk/runtime/persistence';
import { createDatabase, sized, type TestDatabase } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { type Stores, storesOn } from '../src/persistence/stores.ts';
import { resealSecrets } from '../src/use-cases/reseal-secrets.ts';
import { type SendWebhookDeps, sendWebhook } from '../src/use-cases/send-webhook.ts';
import { newWebhookSecret } from '../src/webhooks/sign-webhook.ts';
import { claimInAnyOrder } from './mutants/claim-webhooks-in-any-order.ts';
import { sendWebhookAtMostOnce } from './mutants/send-webhook-at-most-once.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

const STREAMS = 4;
const EACH = sized({ suite: 6, soak: 60 });
let database: TestDatabase;
let client: ReturnType<typeof createClient>;
let stores: Stores;
let program: Awaited<ReturnType<typeof startWebhookReceiver>>;
beforeAll(async () => {
  database = await createDatabase('notifications');
  client = createClient(database.url);
  stores = storesOn(client);
  program = await startWebhookReceiver();
});
afterAll(async () => {
  await client.$disconnect();
  await database.drop();
  await program.close();
});

let steps = 0;
/** Dies at every sixth step: before it sends, or after it has sent and before that is written down. */
const mayDie = () => {
  steps += 1;
  if (steps % 6 === 0) throw new Error('killed');
};

interface Way {
  stores: Stores;
  send: (deps: SendWebhookDeps, id: string) => Promise<void>;
}

/** Sends some streams' events by workers that all want all of them, until none is left to be tried. */
async function sendAll(name: string, { stores: used, send }: Way) {
  let now = new Date();
  const { publicKey, privateKey } = newSealingKeys();
  const open = createOpenValue([Buffer.from(privateKey).toString('base64')]);
  const endpointId = newId('whe');
  const owner = { ownerId: newId('usr'), responsibleId: null, createdAt: now };
  await stores.webhookEndpoints.insert({
    ...{
      ...owner,
      id: endpointId,
      url: program.urlOf(name),
      label: null,
      enabled: true,
      responsibleId: null,
    },
    eventTypes: ['orders.OrderStatusChanged'],
    secret: createSealValue({ notifications: publicKey })('notifications', newWebhookSecret()),
  });
  const attempts = Array.from({ length: STREAMS * EACH }, (_, nth) => {
    const stream = `order:${nth % STREAMS}`;
    const sequence = Math.floor(nth / STREAMS) + 1;
    return {
      ...{ id: newId('wha'), endpointId, ownerId: owner.ownerId, eventId: newId('evt') },
      ...{ eventType: 'orders.OrderStatusChanged', body: JSON.stringify({ stream, sequence }) },
      ...{ stream, sequence, occurredAt: now, status: 'PENDING' as const },
    };
  });
  await stores.webhookAttempts.insert(attempts, now);
  const deps: SendWebhookDeps = {
    ...{ stores: used, newId, clock: () => now, allowPrivate: true, missedMailDelaySeconds: 1 },
    openValue: (value) => {
      mayDie();
      return open(value);
    },
    transaction: async (work) => {
      mayDie();
      return work(used as Parameters<typeof work>[0]);
    },
  };
  for (let round = 0; round < 200; round += 1) {
    const found = await stores.webhookAttempts.findMany(attempts.map(({ id }) => id));
    const left = found.filter(({ status }) => status === 'PENDING');
    if (left.length === 0) break;
    const inAnyOrder = left.map((one) => ({ one, at: Math.random() })).sort((a, b) => a.at - b.at);
    await Promise.allSettled([1, 2].flatMap(() => inAnyOrder.map(({ one }) => send(deps, one.id))));
    // Long enough for whoever has died.
    now = new Date(now.getTime() + 61_000);
  }
  const first = new Map<string, number[]>();
  for (const { body } of program.at(name)) {
    const { stream, sequence } = JSON.parse(body);
    const seen = first.get(stream) ?? [];
    if (!seen.includes(sequence)) first.set(stream, [...seen, sequence]);
  }
  return [...first.values()];
}

const inOrder = Array.from({ length: EACH }, (_, at) => at + 1);
const ALL = Array.from({ length: STREAMS }, () => inOrder);

test('stored secrets are encrypted with the newest key, even if some cannot be decrypted', async () => {
  const [earlier, newest, lost] = [newSealingKeys(), newSealingKeys(), newSealingKeys()];
  const opening = (...keys: (typeof earlier)[]) =>
    createOpenValue(keys.map(({ privateKey }) => Buffer.from(privateKey).toString('base64')));
  const secretsOf = new Map<string, string>();
  for (const { publicKey } of [lost, earlier, earlier]) {
    const [id, secret] = [newId('whe'), newWebhookSecret()];
    if (publicKey === earlier.publicKey) secretsOf.set(id, secret);
    await stores.webhookEndpoints.insert({
      ...{
        id,
        ownerId: newId('usr'),
        url: program.urlOf('sealed'),
        label: null,
        enabled: true,
        responsibleId: null,
      },
      ...{ eventTypes: ['orders.OrderStatusChanged'], createdAt: new Date() },
      secret: createSealValue({ notifications: publicKey })('notifications', secret),
    });
  }
  // One was given another secret, and signs by both for a day.
  const [rotated = ''] = [...secretsOf.keys()];
  const [former, seal] = [
    newWebhookSecret(),
    createSealValue({ notifications: earlier.publicKey }),
  ];
  await stores.webhookEndpoints.setSecrets(rotated, {
    ...{
      secret: seal('notifications', secretsOf.get(rotated) ?? ''),
      formerSecret: seal('notifications', former),
    },
    formerUntil: new Date(),
  });
  await stores.pushes.keepKeys({
    ...{ publicKey: 'public', privateKey: seal('notifications', 'private') },
  });
  const openValue = opening(newest, earlier);
  const sealValue = createSealValue({ notifications: newest.publicKey });
  await expect(resealSecrets({ stores, sealValue, openValue })).rejects.toThrow();
  // The key of before is gone by now.
  const openByNewest = opening(newest);
  for (const [id, secret] of secretsOf) {
    const kept = await stores.webhookEndpoints.secretsOf(id);
    expect(openByNewest(kept?.secret ?? '')).toBe(secret);
  }
  const { formerSecret } = (await stores.webhookEndpoints.secretsOf(rotated)) ?? {};
  expect(openByNewest(formerSecret ?? '')).toBe(former);
  expect(openByNewest((await stores.pushes.keys())?.privateKey ?? '')).toBe('private');
});

test('two workers that keep dying send every event at least once, each stream in its order', async () => {
  expect(await sendAll('kept', { stores, send: sendWebhook })).toEqual(ALL);
});

test('recording before sending loses some, and taking any due one mixes the order (mutants)', async () => {
  const lost = await sendAll('lost', { stores, send: sendWebhookAtMostOnce });
  expect(lost.flat().length).toBeLessThan(STREAMS * EACH);
  const mixed = replaceStores(stores, { webhookAttempts: claimInAnyOrder(client, stores) });
  const arrived = await sendAll('mixed', { stores: mixed, send: sendWebhook });
  expect(arrived).not.toEqual(ALL);
});
