import { setTimeout as delay } from 'node:timers/promises';
import { HARD, hardSupergraph, PlanningThread } from '@souk/engine/testing';
import { forkProgram, until } from '@souk/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGateway } from '../../src/index.ts';

interface Answer {
  data?: Record<string, unknown>;
  errors?: { message: string; extensions: Record<string, unknown> }[];
}

/** A gateway over subgraphs of which only the first one's requests matter. */
async function start(planningMs: number, requestTimeoutMs = 120_000) {
  const gateway = await createGateway({
    supergraphSdl: hardSupergraph(3),
    port: 0,
    operationLimits: { planningMs },
    // A busy machine is not what is tested here.
    httpLimits: { requestTimeoutMs },
    rateLimits: 'off',
    subgraphs: { a: { execute: async () => ({ data: { easy: 1 } }) } as never },
  });
  onTestFinished(() => gateway.close());
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const ask = async (query: string, accept = 'application/json') => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  };
  return { ask, livez: async () => (await fetch(`${gateway.url}/livez`)).status };
}

/** How an operation is answered that was on its way to a plan when its process stood still for longer than the limit. */
async function afterStandingStill(usage: 'by the thread' | 'by the clock' | 'unknown') {
  const program = forkProgram(new URL('./stopped-planning-process.ts', import.meta.url), {
    ...process.env,
    USAGE: usage,
  });
  onTestFinished(() => void program.child.kill('SIGKILL'));
  const { limitMs } = (await program.next()) as { limitMs: number };
  await delay(2 * limitMs);
  const answer = program.next();
  program.child.kill('SIGCONT');
  return answer;
}

describe.runIf(process.platform === 'linux')('a machine that gives planning no processor', () => {
  test('makes no operation too hard', async () => {
    expect(await afterStandingStill('by the thread')).toMatchObject({
      first: { data: { easy: 1 } },
    });
  });

  test('would, if the clock were asked (mutant)', async () => {
    const limited = { errors: [{ extensions: { code: 'PLANNING_LIMIT' } }] };
    expect(await afterStandingStill('by the clock')).toMatchObject({
      ...{ first: limited, again: limited },
    });
  });

  test('makes none too hard where the clock is all there is, either: it is planned when it is asked again', async () => {
    expect(await afterStandingStill('unknown')).toMatchObject({
      first: { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] },
      again: { data: { easy: 1 } },
    });
  });
});

describe('an operation that is too hard to plan', () => {
  test('is refused with a code of its own, and again without being planned again', async () => {
    const { ask } = await start(300);
    const refused = await ask(HARD);
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({
      errors: [
        {
          message: 'This operation is too complex to plan: ask for less at a time.',
          extensions: { code: 'PLANNING_LIMIT', limit: 'planningMs' },
        },
      ],
    });
    expect(await ask(HARD)).toEqual(refused);
    expect((await ask('{ easy }')).body).toEqual({ data: { easy: 1 } });
  });

  test('is refused the second time where the clock is all there is', async () => {
    const own = Object.getOwnPropertyDescriptors(PlanningThread.prototype);
    onTestFinished(() => {
      Object.defineProperties(PlanningThread.prototype, own);
    });
    PlanningThread.prototype.usedMs = () => performance.now();
    Object.defineProperty(PlanningThread.prototype, 'hasOwnTime', { get: () => false });
    const { ask } = await start(300);
    const codes: unknown[] = [];
    for (const text of [HARD, HARD, HARD])
      codes.push(
        (await ask(text.replace('name', 'byTheClock: name'))).body.errors?.[0]?.extensions.code,
      );
    expect(codes).toEqual(['SERVICE_UNAVAILABLE', 'PLANNING_LIMIT', 'PLANNING_LIMIT']);
  });

  test('delays neither probes nor other new operations', async () => {
    const { ask, livez } = await start(15_000);
    let isGivenUp = false;
    ask(HARD).then(
      () => {
        isGivenUp = true;
      },
      () => {},
    );
    expect(await livez()).toBe(200);
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await ask(`{ easy${turn}: easy }`)).status).toBe(200);
    }
    expect(isGivenUp).toBe(false);
  });

  test.each([
    ['', 'application/json'],
    ['with deferred parts ', 'multipart/mixed;deferSpec=20220824, application/json'],
  ])(
    '%sis out of time where its request has less, and known to be too hard once that is found',
    async (_, accept) => {
      const { ask } = await start(2_000, 50);
      // As many texts as there are tests, since what is found out is found out for all gateways of a process.
      const text = accept.startsWith('multipart')
        ? `{ ... @defer { late: easy } ${HARD.slice(HARD.indexOf('{') + 1)}`
        : HARD.replace('name', 'late: name');
      const first = await ask(text, accept);
      expect(first.status).toBe(504);
      expect(first.body.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
      // Its planning goes on without it, so whoever repeats it is told in the end.
      await until(async () => {
        const { status, body } = await ask(text, accept);
        return status === 400 && body.errors?.[0]?.extensions.code === 'PLANNING_LIMIT';
      });
    },
  );

  test('is replaced by a new thread when it is given up, however often', async () => {
    const { ask } = await start(300);
    const hard = await Promise.all(
      [1, 2, 3, 4].map((turn) => ask(HARD.replace('name', `n${turn}: name`))),
    );
    expect(hard.map(({ body }) => body.errors?.[0]?.extensions.code)).toEqual(
      Array(4).fill('PLANNING_LIMIT'),
    );
    await until(async () => (await ask('{ another: easy }')).status === 200);
  });
});
