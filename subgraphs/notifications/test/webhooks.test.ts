import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql, startSubgraph, until } from '@souk/testkit';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNotificationsSubgraph } from '../src/index.ts';
import { createClient } from '../src/persistence/client.ts';
import { decidedFor } from './decided.ts';
import { otherSubgraphsOf } from './inbox.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

/** Stands still unless a test moves it. */
let now = new Date();
const HOUR = 3_600;
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000);
};
let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
let program: Awaited<ReturnType<typeof startWebhookReceiver>>;
beforeAll(async () => {
  program = await startWebhookReceiver();
  graph = await startSubgraph('notifications', createNotificationsSubgraph, {
    config: {
      ...{ mailFrom: 'Souk <hello@souk.test>', missedMailDelaySeconds: 1 },
      allowPrivateAddresses: true,
    },
    clock: () => now,
    worker: true,
  });
  others = otherSubgraphsOf(graph);
});
afterAll(async () => {
  await graph[Symbol.asyncDispose]();
  await program.close();
});

const ERRORS = 'errors { ... on UserError { code path } }';
const ENDPOINT =
  'endpoint { id url label eventTypes enabled disabledReason lastDeliveredAt desk { id } }';
const ask = async (who: string, document: string, variables: Record<string, unknown> = {}) => {
  const data = await graph.ask(document, variables, as(who));
  return data.answer;
};
const create = (
  who: string,
  input: Record<string, unknown>,
  idempotencyKey: string = crypto.randomUUID(),
) =>
  ask(
    who,
    `mutation ($input: WebhookEndpointInput!, $idempotencyKey: UUID!) {
      answer: createWebhookEndpoint(input: $input, idempotencyKey: $idempotencyKey) {
        secret replayed ${ENDPOINT} ${ERRORS} } }`,
    { input, idempotencyKey },
  );
const update = (who: string, id: string, input: Record<string, unknown>) =>
  ask(
    who,
    `mutation ($id: ID!, $input: WebhookEndpointInput!) {
      answer: updateWebhookEndpoint(webhookEndpointId: $id, input: $input) { ${ENDPOINT} ${ERRORS} } }`,
    { id, input },
  );
const replay = (who: string, id: string, since: Date) =>
  ask(
    who,
    `mutation ($id: ID!, $since: DateTime!) {
      answer: replayWebhooks(webhookEndpointId: $id, since: $since) { queued ${ERRORS} } }`,
    { id, since: since.toISOString() },
  );
const endpointOf = async (who: string, id: string) => {
  const data = await graph.ask(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on WebhookEndpoint {
      enabled disabledReason attempts { edges { node {
        id eventId eventType status attempts responseStatus nextAttemptAt } } } } } }`,
    { of: [{ __typename: 'WebhookEndpoint', id }] },
    as(who),
  );
  return data._entities[0];
};
const statusesOf = async (who: string, id: string) =>
  (await endpointOf(who, id)).attempts.edges.map(
    ({ node }: { node: { status: string } }) => node.status,
  );
const order = (buyer: string) => {
  const orderId = newId('ord');
  let sequence = 0;
  return (to: string) => {
    sequence += 1;
    return others.orderStep(buyer, to, { stream: `order:${orderId}`, sequence });
  };
};
const types = ['orders.OrderStatusChanged'];

test('events go to the program that asked, signed by a secret that is shown once', async () => {
  const key = crypto.randomUUID();
  const input = { url: program.urlOf('shown'), label: 'Books', eventTypes: types };
  const { secret, endpoint, errors } = await create('maker', input, key);
  expect(errors).toEqual([]);
  expect(endpoint).toMatchObject({ label: 'Books', eventTypes: types, enabled: true, desk: null });
  const again = await create('maker', input, key);
  expect(again).toMatchObject({ endpoint: { id: endpoint.id }, secret: null, replayed: true });
  const [row] = await sql<{ secret: string }>(graph, 'SELECT secret FROM webhook_endpoint');
  expect(row?.secret).not.toContain(secret.slice('whsec_'.length));

  await order('maker')('PAID');
  await order('somebody-else')('PAID');
  await until(() => program.at('shown').length > 0);
  await others.idle();
  const [sent, ...more] = program.at('shown');
  expect(more).toEqual([]);
  const verified = new Webhook(secret).verify(sent?.body ?? '', sent?.headers as never);
  expect(verified).toMatchObject({
    type: 'orders.OrderStatusChanged',
    data: { number: 'S-1001', from: 'PENDING', to: 'PAID' },
  });
  // Neither who ordered, nor why it changed.
  expect(Object.keys((verified as { data: object }).data).sort()).toEqual([
    ...['from', 'number', 'orderId', 'to'],
  ]);
  expect(sent?.headers['webhook-id']).toMatch(/^evt_/);

  const rotated = await ask(
    'maker',
    `mutation ($id: ID!, $key: UUID!) { answer: rotateWebhookSecret(
      webhookEndpointId: $id, idempotencyKey: $key) { secret ${ERRORS} } }`,
    { id: endpoint.id, key: crypto.randomUUID() },
  );
  const signedBy = async (count: number) => {
    await order('maker')('COMPLETED');
    const last = await until(() => program.at('shown')[count]);
    return [secret, rotated.secret].map((one) => {
      try {
        return Boolean(new Webhook(one).verify(last.body, last.headers as never));
      } catch {
        return false;
      }
    });
  };
  expect(await signedBy(1)).toEqual([true, true]);
});

test('a later event of a stream waits for the earlier one, and both arrive', async () => {
  const { endpoint } = await create('ordered', {
    url: program.urlOf('ordered'),
    eventTypes: types,
  });
  program.refuse('ordered', [503]);
  const step = order('ordered');
  await step('PAID');
  await until(() => program.at('ordered').length === 1);
  await step('COMPLETED');
  await others.idle();
  expect(await statusesOf('ordered', endpoint.id)).toEqual(['PENDING', 'PENDING']);
  pass(10);
  await until(async () =>
    (await statusesOf('ordered', endpoint.id)).every((one: string) => one === 'DELIVERED'),
  );
  const states = program.at('ordered').map(({ body }) => JSON.parse(body).data.to);
  expect(states).toEqual(['PAID', 'PAID', 'COMPLETED']);
  expect(new Set(program.at('ordered').map(({ headers }) => headers['webhook-id'])).size).toBe(2);
});

test('a redirect is not followed, an endless answer is not read, a private name is not sent to', async () => {
  const { endpoint } = await create('hostile', {
    url: program.urlOf('hostile'),
    eventTypes: types,
  });
  const location = program.urlOf('elsewhere');
  program.answers.set('/hostile', [
    (response) => response.writeHead(307, { location }).end(),
    (response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    },
  ]);
  await order('hostile')('PAID');
  const [attempt] = await until(async () => {
    const { edges } = (await endpointOf('hostile', endpoint.id)).attempts;
    return edges[0]?.node.responseStatus === 307 && edges;
  });
  expect(attempt.node).toMatchObject({ status: 'PENDING', attempts: 1 });
  expect(attempt.node.nextAttemptAt).not.toBeNull();
  pass(10);
  await until(async () => (await statusesOf('hostile', endpoint.id))[0] === 'DELIVERED');
  expect(program.at('elsewhere')).toEqual([]);
});

const failuresOf = async (id: string) => {
  const rows = await sql<{ failures: number }>(
    graph,
    'SELECT failures FROM webhook_endpoint WHERE id = $1',
    [id],
  );
  return rows[0]?.failures;
};

const isAnyClaimed = async (id: string) =>
  (
    await sql(
      graph,
      `SELECT 1 FROM webhook_attempt
       WHERE endpoint_id = $1 AND status = 'PENDING' AND claimed_until IS NOT NULL`,
      [id],
    )
  ).length > 0;

test('an endpoint that fails for days is disabled, its owner is notified, and nothing is lost', async () => {
  const began = now;
  const input = { url: program.urlOf('failing'), label: 'Books', eventTypes: types };
  const { endpoint } = await create('patient', input);
  program.refuse(
    'failing',
    Array.from({ length: 50 }, () => 500),
  );
  await order('patient')('PAID');
  for (let days = 0; days < 5; days += 1) {
    await until(() => program.at('failing').length > 0);
    // The waits count from when a failure was written down: nothing is on its way when the clock goes on.
    await until(
      async () =>
        (await failuresOf(endpoint.id)) === program.at('failing').length &&
        (await graph.backplane.jobs.backlog('webhook')) === 0 &&
        !(await isAnyClaimed(endpoint.id)),
    );
    const tries = program.at('failing').length;
    pass(24 * HOUR);
    await order('patient')('PAID');
    await until(() => program.at('failing').length > tries);
  }
  await until(async () => !(await endpointOf('patient', endpoint.id)).enabled);
  expect(await endpointOf('patient', endpoint.id)).toMatchObject({ disabledReason: 'FAILING' });
  const { notifications } = await others.inbox('patient', { filter: { kinds: ['SYSTEM'] } });
  expect(notifications.edges[0].node.title).toBe('A webhook endpoint was switched off');

  await order('patient')('COMPLETED');
  await others.idle();
  // What is on its way yet would count against the endpoint after it was switched on again.
  await until(async () => (await graph.backplane.jobs.backlog('webhook')) === 0);
  expect(new Set(await statusesOf('patient', endpoint.id))).toEqual(new Set(['SUPPRESSED']));
  program.refuse('failing', []);
  expect((await replay('patient', endpoint.id, began)).errors).toMatchObject([
    { code: 'BAD_USER_INPUT' },
  ]);
  pass(1);
  await update('patient', endpoint.id, { ...input, enabled: true });
  const { queued } = await replay('patient', endpoint.id, new Date(began.getTime() - 1_000 * HOUR));
  expect(queued).toBe(7);
  await until(async () =>
    (await statusesOf('patient', endpoint.id)).every((one: string) => one === 'DELIVERED'),
  );
});

test('an endpoint that is gone is switched off at once', async () => {
  const { endpoint } = await create('goner', { url: program.urlOf('gone'), eventTypes: types });
  program.refuse('gone', [410]);
  await order('goner')('PAID');
  await until(async () => !(await endpointOf('goner', endpoint.id)).enabled);
  expect(await endpointOf('goner', endpoint.id)).toMatchObject({ disabledReason: 'GONE' });
});

test('a seller’s endpoints are visible to those who manage it, and hear only of its own parts', async () => {
  const sellerId = newId('sel');
  const members = [
    { userId: as('boss').userId, role: 'OWNER' as const },
    { userId: as('helper').userId, role: 'STAFF' as const },
  ];
  await graph.deliver('products.SellerCreated', {
    ...{ sellerId, handle: 'pots', displayName: 'Pots', status: 'ACTIVE', version: 1 },
    ...{ members, commissions: [] },
  });
  await others.idle();
  const input = {
    ...{ url: program.urlOf('pots'), sellerId },
    eventTypes: ['orders.PayoutChanged', 'orders.SellerOrderReceived'],
  };
  for (const who of ['helper', 'stranger']) {
    expect((await create(who, input)).errors).toMatchObject([{ code: 'SELLER_NOT_FOUND' }]);
  }
  const { endpoint } = await create('boss', input);
  expect(endpoint.desk.id).toBe(sellerId.replace('sel_', 'dsk_'));
  for (const who of ['helper', 'stranger']) {
    expect(await endpointOf(who, endpoint.id)).toBeNull();
    expect((await update(who, endpoint.id, input)).errors).toMatchObject([
      { code: 'WEBHOOK_ENDPOINT_NOT_FOUND' },
    ]);
  }
  await graph.deliver('orders.PayoutChanged', { sellerId, payoutId: newId('pot'), status: 'PAID' });
  const sent = await until(() => program.at('pots')[0]);
  expect(JSON.parse(sent.body).data).toMatchObject({ status: 'PAID' });

  // Whoever chose the address is taken out: the seller's events go there no more, and those who stay know.
  const staff = (who: string) => ({ userId: as(who).userId, role: 'OWNER' as const });
  await graph.deliver('products.SellerUpdated', {
    ...{ sellerId, handle: 'pots', displayName: 'Pots', status: 'ACTIVE', version: 2 },
    ...{ members: [staff('heir')], commissions: [], changed: ['members'] },
  });
  await others.idle();
  await graph.deliver('orders.PayoutChanged', { sellerId, payoutId: newId('pot'), status: 'PAID' });
  await until(async () => !(await endpointOf('heir', endpoint.id)).enabled);
  expect(await endpointOf('heir', endpoint.id)).toMatchObject({ disabledReason: 'RIGHTS_LOST' });
  expect(await statusesOf('heir', endpoint.id)).toEqual(['SUPPRESSED', 'DELIVERED']);
  expect(program.at('pots')).toHaveLength(1);
  const { notifications } = await others.inbox('heir', { filter: { kinds: ['SYSTEM'] } });
  expect(notifications.edges[0].node.body).toContain('no longer manages the seller');
  await update('heir', endpoint.id, { ...input, enabled: true });
  await graph.deliver('orders.PayoutChanged', { sellerId, payoutId: newId('pot'), status: 'PAID' });
  await until(() => program.at('pots').length === 2);

  // What waits to be mailed of it is for who manages the seller when it leaves.
  const client = createClient(graph.databaseUrl);
  expect(await decidedFor(client, 'heir')).toMatchObject({ SYSTEM: 'SEND' });
  await graph.deliver('products.SellerUpdated', {
    ...{ sellerId, handle: 'pots', displayName: 'Pots', status: 'ACTIVE', version: 3 },
    members: [staff('next'), { userId: as('heir').userId, role: 'STAFF' }],
    ...{ commissions: [], changed: ['members'] },
  });
  await others.idle();
  expect(await decidedFor(client, 'heir')).toMatchObject({ SYSTEM: 'RIGHTS_LOST' });
  await client.$disconnect();
});

test('a form reports all its mistakes, and an owner can have a limited number of endpoints', async () => {
  const wrong = {
    url: 'https://name:pass@example.test/',
    eventTypes: ['users.LoginCodeRequested'],
  };
  expect((await create('wrong', wrong)).errors).toEqual([
    { code: 'BAD_USER_INPUT', path: ['input', 'url'] },
    { code: 'BAD_USER_INPUT', path: ['input', 'eventTypes'] },
  ]);
  const input = { url: program.urlOf('many'), eventTypes: types };
  const made = await Promise.all(Array.from({ length: 12 }, () => create('many', input)));
  expect(made.filter(({ errors }) => errors.length === 0)).toHaveLength(10);
});
