import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import type { OperationLimits } from '../../src/index.ts';
import { startMeasuredGateway } from '../support/measured-gateway.ts';
import { serveToy } from '../support/serve-toy.ts';
import { openSocket, type TestSocket } from '../support/sockets.ts';
import { tokenFor } from '../support/start-toy.ts';
import { ADA, BO, createToy } from '../support/toy-shop.ts';

/** How long an operation of a viewer may block the event loop, and so others. */
const MOST_MS = 50;
const SUBSCRIPTIONS = 15;

/** Eight aliases of nested lists. */
const nested = (first: number, second: number) =>
  Array.from(
    { length: 8 },
    (_, n) => `f${n}: friends(first: ${first}) { name friends(first: ${second}) { id name } }`,
  ).join(' ');
const events = ({ messages }: TestSocket) => messages.filter(({ type }) => type === 'next').length;

/** A gateway of its own process, and one viewer there who listens to a stranger with the selection. */
async function startListener(
  selection: string,
  { subscriptions, ...operationLimits }: Partial<OperationLimits> & { subscriptions: number },
) {
  const toy = createToy({ friends: 100 });
  const [people, rooms] = [await serveToy(toy.people), await serveToy(toy.rooms)];
  const gateway = await startMeasuredGateway({
    supergraphSdl: toy.supergraphSdl,
    subgraphUrls: { people: people.url, rooms: rooms.url },
    operationLimits,
  });
  const socket = await openSocket(`${gateway.url.replace('http', 'ws')}/graphql`, {
    accessToken: await tokenFor(ADA),
  });
  onTestFinished(async () => {
    for (const it of [socket, gateway]) await it[Symbol.asyncDispose]();
    await people.close();
    await rooms.close();
  });
  for (let n = 0; n < subscriptions; n += 1) {
    socket.subscribe(
      `subscription { notes { ... on Said { a${n}: text author { ${selection} } } } }`,
    );
  }
  const arrived = (count: number) =>
    until(() => events(socket) >= count, {
      describe: () => JSON.stringify(socket.messages).slice(0, 1_000),
    });
  await arrived(subscriptions);
  /** The longest delay of the loop while the stranger says something and all of it is delivered. */
  const delayOfMessages = (messages: number) =>
    gateway.longestDelayDuring(async () => {
      const goal = events(socket) + subscriptions * messages;
      for (let n = 0; n < messages; n += 1) toy.log.say('hello', BO);
      await arrived(goal);
    });
  return { socket, delayOfMessages };
}

test('no viewer’s subscriptions hold up others when a stranger says something', async () => {
  const { socket, delayOfMessages } = await startListener(nested(7, 6), {
    subscriptions: SUBSCRIPTIONS,
  });
  // A busy machine holds up every process now and then; what is asked for would do so each time.
  const delays: number[] = [];
  await until(
    async () => {
      delays.push(await delayOfMessages(2));
      return delays.filter((ms) => ms < MOST_MS).length >= 3;
    },
    { within: 120_000, describe: () => `the loop was held up for ${delays.join(', ')} ms` },
  );
  const sizes = socket.messages.map((message) => JSON.stringify(message).length);
  expect(Math.max(...sizes)).toBeGreaterThan(10_000);
});

test('a gateway that does not limit what an event may cost is noticed', async () => {
  const unlimited = { cost: 1e9, eventCost: 1e9 };
  const { delayOfMessages } = await startListener(nested(100, 20), {
    subscriptions: 1,
    ...unlimited,
  });
  expect(await delayOfMessages(1)).toBeGreaterThan(MOST_MS);
});
