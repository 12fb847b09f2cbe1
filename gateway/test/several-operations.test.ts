import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { openSocket, type TestSocket } from './support/sockets.ts';
import { startLimited } from './support/start-limited.ts';
import { startToy } from './support/start-toy.ts';
import { HALL, startHalls } from './support/toy-halls.ts';
import { ADA, ROOM } from './support/toy-shop.ts';

// Of a document with several operations one is asked for; what the others are decides nothing.

const SHOP = `
  fragment Named on User { name }
  fragment Heard on RoomStream { ... on CaughtUp { replayed } }
  query Open($id: ID!) { user(id: $id) { ...Named } }
  query Partly($id: ID!) { user(id: $id) { ...Named email } room(id: "${ROOM}") { title } }
  query Mine($id: ID!, $count: Int) { me { ...Named } user(id: $id) { friends(first: $count) { ...Named salary } } }
  mutation Rename($id: ID!) { rename(id: $id, name: "x") { ...Named } }
  subscription Room($after: EventCursor) { roomEvents(roomId: "${ROOM}", after: $after) { ...Heard } }
  subscription Notes($after: EventCursor) { notes(after: $after) { ...Heard } }`;

/** The same document, whichever way round. */
const ORDERS = [SHOP, SHOP.split('\n').reverse().join('\n')];

test.each(ORDERS)('anonymous people may run operations without private fields', async (query) => {
  await using toy = await startToy();
  const run = async (operationName: string) => {
    const { status, body } = await toy.send({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, operationName, variables: { id: ADA } }),
    });
    return { status, ...body };
  };
  // The second time it is known.
  for (let time = 0; time < 2; time += 1) {
    expect(await run('Open')).toEqual({ status: 200, data: { user: { name: 'Ada' } } });
  }
  expect(await run('Partly')).toMatchObject({
    status: 200,
    data: { user: { name: 'Ada', email: null }, room: { title: 'Hall' } },
    errors: [{ path: ['user', 'email'], extensions: { code: 'UNAUTHENTICATED' } }],
  });
  expect(await run('Mine')).toMatchObject({ status: 200, data: { me: null, user: null } });
  expect(await run('Rename')).toMatchObject({ status: 200, data: { rename: null } });
});

/** Subscribes to one operation of a document; resolves to the first thing that is said of it. */
async function firstOf(socket: TestSocket, id: string, payload: Record<string, unknown>) {
  socket.send({ id, type: 'subscribe', payload });
  return until(() => socket.messages.find((message) => message.id === id));
}

test.each(ORDERS)('anonymous people may subscribe to public streams', async (query) => {
  await using toy = await startToy();
  await using socket = await openSocket(toy.wsUrl);
  for (const variables of [{}, { after: null }]) {
    const id = JSON.stringify(variables);
    expect(await firstOf(socket, id, { query, operationName: 'Notes', variables })).toMatchObject({
      type: 'next',
      payload: { data: { notes: { replayed: 0 } } },
    });
  }
  expect(await firstOf(socket, 'room', { query, operationName: 'Room' })).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('fields of the viewer in one operation are no matter of another', async () => {
  await using halls = await startHalls();
  const query = `
    subscription Plain($hall: ID!, $after: EventCursor) { hallEvents(hallId: $hall, after: $after) { ...Heard } }
    subscription Noted($hall: ID!, $loud: Boolean, $after: EventCursor) {
      hallEvents(hallId: $hall, after: $after) { ...Heard ... on Said { hall { note(loud: $loud) } } } }
    fragment Heard on HallStream { ... on Said { text } }`;
  const variables = { hall: HALL };
  await using plain = await openSocket(halls.wsUrl, {
    authorization: `Bearer ${await halls.token('usr_1')}`,
  });
  await using noted = await openSocket(halls.wsUrl, {
    authorization: `Bearer ${await halls.token('usr_2')}`,
  });
  await firstOf(plain, '1', { query, operationName: 'Plain', variables });
  await firstOf(noted, '1', { query, operationName: 'Noted', variables });
  halls.say('a');
  const said = ({ messages }: TestSocket) =>
    until(() => messages.find((message) => JSON.stringify(message).includes('"text":"a"')));
  expect((await said(plain)).payload.data.hallEvents).toEqual({ text: 'a' });
  expect((await said(noted)).payload.data.hallEvents).toEqual({
    text: 'a',
    hall: { note: expect.stringContaining('usr_2') },
  });
});

const DOORS = `
  query Cheap { ping }
  query Dear { things(first: 50) { name } }
  mutation Enter { login(name: "a", password: "b") }
  mutation Register { registerUser(name: "a") }`;

test('cost, tries and rates are those of the operation that is asked for', async () => {
  await using gateway = await startLimited({
    operationLimits: { cost: 40 },
    rateLimits: { rateLogin: { points: 1, perSeconds: 60 } },
  });
  const codeOf = async (operationName: string) =>
    (await gateway.post({ query: DOORS, operationName })).body.errors?.[0].extensions.code;
  for (let time = 0; time < 4; time += 1) expect(await codeOf('Cheap')).toBeUndefined();
  expect(await codeOf('Dear')).toBe('COST_LIMIT');
  // Each holds one of the mutations of which a request may hold one.
  expect(await codeOf('Enter')).toBeUndefined();
  expect(await codeOf('Register')).toBeUndefined();
  expect(gateway.ran).toMatchObject({ ping: 4, login: 1, register: 1 });
  expect(await codeOf('Enter')).toBe('RATE_LIMITED');
  expect(await codeOf('Cheap')).toBeUndefined();
});
