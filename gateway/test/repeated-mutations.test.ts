import { randomUUID } from 'node:crypto';
import { type BreakableLine, openLine } from '@souk/testkit';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createGateway, type Gateway } from '../src/index.ts';
import { testSigner } from './support/serve-toy.ts';
import { createTill, type Till } from './support/till.ts';

let till: Till;
let line: BreakableLine;
let gateway: Gateway;

beforeEach(async () => {
  till = await createTill();
  const served = await till.serve();
  line = await openLine(served.url);
  gateway = await createGateway({
    supergraphSdl: till.supergraphSdl,
    subgraphUrls: { till: line.url },
    signIdentity: await testSigner(),
    rateLimits: 'off',
    httpLimits: { requestTimeoutMs: SLOWLY },
    subgraphRequests: { mutationTimeoutMs: SLOWLY, resilience: { retryBudget: 1 } },
    port: 0,
  });
  onTestFinished(async () => {
    await gateway.close();
    await line[Symbol.asyncDispose]();
    await served.close();
  });
});

const PAY = `mutation ($input: PayInput!) { pay(input: $input) { number } }`;
const TIP = 'mutation ($amount: Int!) { tip(amount: $amount) { number } }';

/** Sends a mutation and resolves to whether it was answered with data. */
const isAnswered = async (query: string, variables: object): Promise<boolean> => {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data } = (await response.json()) as { data?: object | null };
  return data !== null && data !== undefined;
};

const SENDS = 240;
/** No more are on their way at once than may be sent again at once. */
const SENDERS = 10;
/** For a machine that has other things to do: what is counted is answers, not their speed. */
const SLOWLY = 60_000;

/** After so many answers everything that is on its way is reset, whatever the machine's pace. */
const ANSWERS_PER_RESET = 20;

/**
 * Sends many mutations while the connections to the subgraph are reset again and again. None is hit
 * twice, which may be too often: what a reset has hit is answered before the next one.
 */
async function sendAll(send: (amount: number) => Promise<boolean>) {
  let lost = 0;
  let next = 0;
  let answersSinceReset = 0;
  const underWay = new Set<number>();
  const hit = new Set<number>();
  const sender = async () => {
    for (let amount = next++; amount < SENDS; amount = next++) {
      underWay.add(amount);
      if (!(await send(amount))) lost += 1;
      underWay.delete(amount);
      hit.delete(amount);
      answersSinceReset += 1;
      if (answersSinceReset < ANSWERS_PER_RESET || hit.size > 0) continue;
      answersSinceReset = 0;
      for (const each of underWay) hit.add(each);
      line.cut();
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return lost;
}

test(
  'a mutation with a key is sent again when its connection is reset: none lost, none doubled',
  async () => {
    const lost = await sendAll((amount) =>
      isAnswered(PAY, { input: { amount, idempotencyKey: randomUUID() } }),
    );
    expect(lost).toBe(0);
    expect([...till.payments].sort((a, b) => a - b)).toEqual(
      Array.from({ length: SENDS }, (_, amount) => amount),
    );
  },
  2 * SLOWLY,
);

// Shows too that the resets of the test above do hit requests on their way.
test(
  'one without a key is never sent again: some are lost, none is doubled',
  async () => {
    const lost = await sendAll((amount) => isAnswered(TIP, { amount }));
    expect(lost).toBeGreaterThan(0);
    expect(new Set(till.tips).size).toBe(till.tips.length);
  },
  2 * SLOWLY,
);
