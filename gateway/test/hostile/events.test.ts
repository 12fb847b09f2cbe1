import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { openSocket } from '../support/sockets.ts';
import { startToy } from '../support/start-toy.ts';
import { ADA, BO } from '../support/toy-shop.ts';

// The limits on what a viewer's subscriptions may cost for each event, and over many events.

const friends = (aliases: number, first: number) =>
  Array.from({ length: aliases }, (_, n) => `f${n}: friends(first: ${first}) { name }`).join(' ');
const notes = (selection: string) =>
  `subscription { notes { ... on Said { text author { ${selection} } } } }`;

test('a subscription whose events would be too dear is refused, though a query may cost as much', async () => {
  await using toy = await startToy();
  await using socket = await openSocket(toy.wsUrl);
  const [error] = await socket.subscribe(notes(friends(8, 100))).error();
  expect(error?.extensions).toEqual({ code: 'COST_LIMIT', limit: 'eventCost' });
  const { status } = await toy.post(`{ user(id: "${ADA}") { ${friends(8, 100)} } }`);
  expect(status).toBe(200);
});

test("events beyond a viewer's allowance arrive later, none is lost, and other viewers get theirs", async () => {
  await using toy = await startToy({
    rateLimits: { rateEventCost: { points: 20, perSeconds: 1 } },
  });
  await using greedy = await openSocket(toy.wsUrl, { accessToken: await toy.token(ADA) });
  await using modest = await openSocket(toy.wsUrl, { accessToken: await toy.token(BO) });
  const dear = Array.from({ length: 3 }, (_, n) =>
    greedy.subscribe(notes(`a${n}: name ${friends(3, 10)}`)),
  );
  const cheap = modest.subscribe('subscription { notes { ... on Said { text } } }');
  await Promise.all([...dear, cheap].map((each) => each.atLeast(1)));
  const said = Array.from({ length: 12 }, (_, index) => `note ${index}`);
  const textsOf = (payloads: Awaited<ReturnType<typeof cheap.atLeast>>) =>
    payloads.flatMap(({ data }) => data.notes.text ?? []);
  const arrived = () => greedy.messages.filter(({ type }) => type === 'next').length;
  // Concurrent events are paid for afterwards: the first half may come at once, and exceeds the budget.
  for (const text of said.slice(0, 6)) toy.toy.log.say(text, ADA);
  await until(() => arrived() >= 3 * 4);
  for (const text of said.slice(6)) toy.toy.log.say(text, ADA);
  expect(textsOf(await cheap.atLeast(13))).toEqual(said);
  // The greedy one has not had all of it by then, and gets all of it in the end.
  expect(arrived()).toBeLessThan(3 * 13);
  await until(() => arrived() === 3 * 13);
  for (const each of dear) expect(textsOf(await each.atLeast(13))).toEqual(said);
});
