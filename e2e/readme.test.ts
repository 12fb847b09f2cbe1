import { randomUUID } from 'node:crypto';
import { buildClientSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readmeSignIn, readmeSnippet, readmeSnippets } from './readme-snippets.ts';
import { type RunningSouk, startSouk } from './running-souk.ts';

// The README's first steps, pasted as they are, on the demo data a first start brings.

let souk: RunningSouk;
let token: string;
beforeAll(async () => {
  souk = await startSouk({ demo: true });
  const data = await souk.ask(
    `mutation ($input: LoginInput!) {
       login(input: $input) { tokens { accessToken } } }`,
    { input: readmeSignIn() },
  );
  token = data.login.tokens.accessToken;
});
afterAll(() => souk?.[Symbol.asyncDispose]());

test('every snippet fits the schema that the endpoint shows', async () => {
  const data = await souk.ask(getIntrospectionQuery());
  const schema = buildClientSchema(data);
  const snippets = readmeSnippets();
  expect([...snippets.keys()]).toEqual(['Shop', 'OpenRoom', 'Room', 'Say']);
  for (const [name, text] of snippets) {
    expect(validate(schema, parse(text)), name).toEqual([]);
  }
});

test('they run in their order: look, open a room, listen, speak', async () => {
  const shop = await souk.graphql(readmeSnippet('Shop'), {}, token);
  expect(shop.errors).toBeUndefined();
  expect(shop.data.products.edges).toHaveLength(5);
  for (const { node } of shop.data.products.edges) {
    expect(node.seller.displayName).toMatch(/\w/);
    expect(node.variants.edges[0].node.availability).toMatch(/^(IN_STOCK|LOW|OUT|BACKORDER)$/);
  }

  const opened = await souk.ask(readmeSnippet('OpenRoom'), {}, token);
  expect(opened.createRoom).toMatchObject({ room: { name: 'First room' }, errors: [] });
  const roomId = opened.createRoom.room.id;

  await using listener = await souk.subscribe(readmeSnippet('Room'), { roomId }, token);
  await listener.atLeast(1);
  const clientMessageId = randomUUID();
  const said = await souk.ask(readmeSnippet('Say'), { roomId, clientMessageId }, token);
  expect(said.sendMessage).toMatchObject({ duplicate: false, errors: [] });
  const { data } = await listener.find(
    (item) => item.data.roomEvents.__typename === 'MessagePosted',
  );
  expect(data.roomEvents.message).toEqual({
    sequence: said.sendMessage.message.sequence,
    text: 'Hello!',
    author: { displayName: 'Ada Okafor' },
  });
});
