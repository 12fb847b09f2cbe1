import { createEngine, type SubgraphResponse } from '@souk/engine';
import type { Viewer } from '@souk/runtime/domain';
import { expect, onTestFinished, test } from 'vitest';
import { completedForAll } from '../src/subscriptions/dedicated/completed-for-all.ts';
import { createEventWork } from '../src/subscriptions/event-work.ts';
import type { SubscriptionPlan } from '../src/subscriptions/plan-subscription.ts';
import type { GatewayContext } from '../src/upstream/context.ts';
import { composeOnce } from './support/compose-once.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
const SUBGRAPHS = {
  rooms: `${LINK}
    type User @key(fields: "id", resolvable: false) { id: ID! }
    type Said { text: String! author: User }
    type CaughtUp { replayed: Int! }
    union Item = Said | CaughtUp
    type Query { room: String }
    type Subscription { items: Item! }`,
  people: `${LINK}
    type User @key(fields: "id") { id: ID! name: String! }
    type Query { user: User }`,
};
const ITEMS = `subscription ($more: Boolean! = false) { items {
  ... on Said { text author { name } }
  ... on CaughtUp { replayed again: replayed @include(if: $more) } } }`;

/** A subscription of a real engine whose other subgraph tells each viewer their own name. */
async function itemsOf() {
  const asked: (string | undefined)[] = [];
  const typeDefs = Object.entries(SUBGRAPHS);
  const engine = createEngine<GatewayContext>({
    supergraphSdl: composeOnce(
      typeDefs.map(([name, text]) => ({
        name,
        url: `http://${name}.invalid`,
        typeDefs: text,
        file: `${name}.graphql`,
      })),
    ),
    transport: {
      execute: async ({ context }) => {
        asked.push(context.viewer?.userId);
        return { data: { _entities: [{ __typename: 'User', name: context.viewer?.userId }] } };
      },
    },
  });
  onTestFinished(() => engine.close());
  const prepared = engine.prepare(ITEMS);
  if (prepared.kind === 'failed') throw prepared.errors[0];
  const plan = { operation: { supergraph: { engine } }, prepared } as unknown as SubscriptionPlan;
  const work = createEventWork('off');
  const completedAs = async (userId: string, response: SubgraphResponse, variables = {}) => {
    const viewer: Viewer = { userId, sessionId: `ses_${userId}`, roles: ['CUSTOMER'] };
    const context = () => ({ requestId: `req-${userId}`, viewer });
    const by = { plan, request: { query: ITEMS, variables, context }, work };
    return completedForAll(response, 'cursor', by);
  };
  return { asked, completedAs };
}

const ADA_AND_BO = ['ada', 'bo'];

test('equal results of equal selections are completed once for all', async () => {
  const { completedAs } = await itemsOf();
  const caughtUp = { data: { items: { __typename: 'CaughtUp', replayed: 3 } } };
  const [ada, bo] = await Promise.all(ADA_AND_BO.map((userId) => completedAs(userId, caughtUp)));
  expect(bo).toBe(ada);
  expect(JSON.parse(ada?.json ?? '')).toEqual({
    data: { items: { replayed: 3 } },
    extensions: { cursor: 'cursor' },
  });
  const alike = await completedAs('cy', { ...caughtUp });
  expect(alike).not.toBe(ada);
  expect(alike.json).toBe(ada?.json);
  const more = await completedAs('bo', caughtUp, { more: true });
  expect(more).not.toBe(ada);
});

test('fields that take a request are fetched for each viewer', async () => {
  const { asked, completedAs } = await itemsOf();
  const author = { __typename: 'User', id: 'usr_1' };
  const said = { data: { items: { __typename: 'Said', text: 'hello', author } } };
  const events = await Promise.all(ADA_AND_BO.map((userId) => completedAs(userId, said)));
  const names = events.map(({ json }) => JSON.parse(json).data.items.author.name);
  expect(names).toEqual(ADA_AND_BO);
  expect(asked.sort()).toEqual(ADA_AND_BO);
});

test('each viewer gets an error with the id of their own request', async () => {
  const { completedAs } = await itemsOf();
  const broken = { data: null, errors: [{ message: 'out of order' }] };
  const events = await Promise.all(ADA_AND_BO.map((userId) => completedAs(userId, broken)));
  const ids = events.map(({ json }) => JSON.parse(json).errors[0].extensions.requestId);
  expect(ids).toEqual(['req-ada', 'req-bo']);
});
