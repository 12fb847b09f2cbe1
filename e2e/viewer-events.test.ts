import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, type RunningSouk, startSouk } from './running-souk.ts';
import { openSmallMarket, type SmallMarket } from './small-market.ts';

// Everything that happens to a person, over six subgraphs, on one subscription with one cursor.
let souk: RunningSouk;
let market: SmallMarket;
beforeAll(async () => {
  souk = await startSouk();
  market = await openSmallMarket(souk);
});
afterAll(async () => souk?.[Symbol.asyncDispose]());

const QUERY = `subscription ($topics: [ViewerTopic!], $after: EventCursor) {
  viewerEvents(topics: $topics, after: $after) {
    __typename
    ... on StreamEvent { cursor }
    ... on CaughtUp { replayed }
    ... on StreamReset { reason }
    ... on ViewerEvent {
      topic type
      subject { __typename id ... on User { bio } ... on Notification { title } ... on Room { lastMessage { text } } ... on Order { number } }
    }
  }
}`;

type Item = { data?: { viewerEvents: Record<string, never> } };
const eventOf = (item: Item): Record<string, unknown> => item.data?.viewerEvents ?? {};
const is = (wanted: object) => (item: Item) =>
  Object.entries(wanted).every(([name, value]) => eventOf(item)[name] === value);

const listen = (person: Person, variables: object = {}) =>
  souk.subscribe(QUERY, variables, person.token);

const setBio = (person: Person, bio: string) =>
  souk.graphql(
    'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { errors { __typename } } }',
    { input: { bio } },
    person.token,
  );

const say = (person: Person, text: string) =>
  souk.graphql(
    'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { errors { __typename } } }',
    { input: { roomId: market.directRoomId, text, clientMessageId: randomUUID() } },
    person.token,
  );

describe('viewerEvents', () => {
  test('streams the changes of each topic, with present values', async () => {
    const { ada, bo } = market;
    await using listener = await listen(bo);
    await listener.find(is({ __typename: 'CaughtUp' }));
    await setBio(bo, 'turner of bowls');
    const profile = await listener.find(is({ topic: 'ACCOUNT', type: 'ProfileUpdated' }));
    expect(eventOf(profile)).toMatchObject({
      __typename: 'ViewerEvent',
      subject: { __typename: 'User', id: bo.id, bio: 'turner of bowls' },
    });
    await say(ada, 'The bowl is ready.');
    const room = await listener.find(is({ topic: 'ROOMS', type: 'RoomStateChanged' }));
    expect(eventOf(room)).toMatchObject({
      subject: { __typename: 'Room', lastMessage: { text: 'The bowl is ready.' } },
    });
    const notice = await listener.find(is({ topic: 'NOTIFICATIONS' }));
    expect(eventOf(notice)).toMatchObject({
      subject: { __typename: 'Notification', title: expect.any(String) },
    });
  });

  test('continues after its cursor with the missed events of every topic', async () => {
    const { ada, bo } = market;
    const first = await listen(bo);
    const caughtUp = await first.find(is({ __typename: 'CaughtUp' }));
    await first.drop();
    await setBio(bo, 'gone for a while');
    await say(ada, 'Are you there?');
    await using back = await listen(bo, { after: eventOf(caughtUp).cursor });
    await back.find(is({ topic: 'ACCOUNT', type: 'ProfileUpdated' }));
    await back.find(is({ topic: 'NOTIFICATIONS' }));
    await back.find(is({ topic: 'ROOMS', type: 'RoomStateChanged' }));
    await back.find(is({ __typename: 'CaughtUp' }));
  });

  test('streams only the topics that are asked for', async () => {
    const { bo } = market;
    await using listener = await listen(bo, { topics: ['ORDERS'] });
    await listener.find(is({ __typename: 'CaughtUp' }));
    await setBio(bo, 'not of interest');
    await souk.graphql(
      'mutation ($input: BuyNowInput!) { buyNow(input: $input) { errors { __typename } } }',
      { input: { ...market.orderInput, idempotencyKey: randomUUID() } },
      bo.token,
    );
    const placed = await listener.find(is({ topic: 'ORDERS' }));
    expect(eventOf(placed)).toMatchObject({
      type: 'OrderPlaced',
      subject: { __typename: 'Order', number: expect.any(String) },
    });
    expect(listener.items.map((item) => eventOf(item as Item).topic ?? null)).not.toContain(
      'ACCOUNT',
    );
  });

  test('belongs to its viewer: the cursor of another person gives no access to their stream', async () => {
    const { bo, mallory } = market;
    const listener = await listen(bo);
    const { cursor } = eventOf(await listener.find(is({ __typename: 'CaughtUp' })));
    await listener.stop();
    await setBio(bo, 'private');
    const other = await listen(mallory, { after: cursor });
    await other.untilEnded().catch(() => undefined);
    expect(JSON.stringify(other.items)).not.toMatch(bo.id);
  });

  test.each([
    ['a cursor of nothing', { after: 'bm90aGluZw' }, 'BAD_USER_INPUT'],
    ['no topic at all', { topics: [] }, 'BAD_USER_INPUT'],
  ])('refuses %s', async (_, variables, code) => {
    const listener = await listen(market.bo, variables);
    await expect(listener.untilEnded()).rejects.toMatchObject([{ extensions: { code } }]);
  });

  test('requires signing in', async () => {
    const listener = await souk.subscribe(QUERY);
    const code = 'UNAUTHENTICATED';
    await expect(listener.untilEnded()).rejects.toMatchObject([{ extensions: { code } }]);
  });

  test('ends with the session', async () => {
    const cy = await souk.register('cy', 'Cy');
    const listener = await listen(cy);
    await listener.find(is({ __typename: 'CaughtUp' }));
    await souk.graphql('mutation { logout { revokedSessions } }', {}, cy.token);
    await listener.closed;
  });
});
