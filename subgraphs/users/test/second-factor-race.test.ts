import { replaceStores } from '@souk/runtime/persistence';
import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { users } from '../src/app.ts';
import { createClient } from '../src/persistence/client.ts';
import type { UsersDeps } from '../src/use-cases/deps.ts';
import { login } from '../src/use-cases/login.ts';
import { completeSignIn, type SecondFactorInput } from '../src/use-cases/second-factor.ts';
import { beginTotpEnrolment, confirmTotpEnrolment } from '../src/use-cases/totp-enrolment.ts';
import { PASSWORD, type StartedUsers, someone, startUsers } from './accounts.ts';
import { naiveSecondFactors } from './naive-second-factors.ts';

// A code of the app, or one that stands in for it, opens one session: of many who bring it at once, each after a password of
// their own, and to processes of their own.

let graph: StartedUsers;
let processes: Awaited<ReturnType<typeof users.open>>[] = [];
beforeAll(async () => {
  graph = await startUsers();
  processes = [await users.open(graph.deps), await users.open(graph.deps)];
});
afterAll(async () => {
  for (const { infrastructure } of processes) await infrastructure.close();
  await graph?.[Symbol.asyncDispose]();
});

const AT_ONCE = 8;
const servicesOf = (nth: number) => processes[nth % processes.length]?.services as UsersDeps;
let places = 0;
const nextPlace = () => {
  places += 1;
  return { ip: `10.9.${places >> 8}.${places & 255}`, userAgent: null };
};

/** Somebody with an app, and as many people who know their password as there are challenges. */
async function half(name: string) {
  const deps = servicesOf(0);
  const { viewer } = await someone(graph, name);
  const { secret } = await beginTotpEnrolment(deps, viewer);
  const codeNow = () =>
    generate({ secret, epoch: Math.floor(graph.deps.clock().getTime() / 1_000) });
  const recoveryCodes = await confirmTotpEnrolment(deps, viewer, await codeNow(), '10.8.0.1');
  graph.pass(60_000);
  const challenges: string[] = [];
  for (let nth = 0; nth < AT_ONCE; nth += 1) {
    const outcome = await login(deps, { login: name, password: PASSWORD }, nextPlace());
    if ('challenge' in outcome) challenges.push(outcome.challenge.challengeId);
  }
  expect(challenges).toHaveLength(AT_ONCE);
  return { challenges, totp: await codeNow(), recoveryCode: recoveryCodes[0] as string };
}

/** How many of those who bring this at once are signed in. */
async function signedIn(
  challenges: readonly string[],
  factor: SecondFactorInput,
  depsOf: (nth: number) => UsersDeps = servicesOf,
): Promise<number> {
  const answers = await Promise.allSettled(
    challenges.map((challengeId, nth) =>
      completeSignIn(depsOf(nth), { challengeId, ...factor }, nextPlace()),
    ),
  );
  for (const answer of answers)
    if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'CODE_INVALID' });
  return answers.filter(({ status }) => status === 'fulfilled').length;
}

describe.each([
  ['of the app', 'totp'],
  ['that stands in for it', 'recoveryCode'],
] as const)('a code %s', (_, kind) => {
  test('signs in one of many concurrent uses at two processes, and nobody later', async () => {
    const { challenges, ...codes } = await half(`one_${kind.toLowerCase()}`);
    expect(await signedIn(challenges.slice(1), { [kind]: codes[kind] })).toBe(1);
    expect(await signedIn(challenges.slice(0, 1), { [kind]: codes[kind] })).toBe(0);
  });

  test('looked at before it is written down would sign in several, and this suite sees it', async () => {
    const client = createClient(graph.databaseUrl);
    const naive = (nth: number): UsersDeps => {
      const deps = servicesOf(nth);
      const secondFactors = naiveSecondFactors(deps.reads.secondFactors, client);
      return { ...deps, reads: replaceStores(deps.reads, { secondFactors }) };
    };
    let most = 0;
    for (let round = 0; round < 10 && most < 2; round += 1) {
      const { challenges, ...codes } = await half(
        `many_${kind.toLowerCase().slice(0, 4)}_${round}`,
      );
      most = Math.max(most, await signedIn(challenges, { [kind]: codes[kind] }, naive));
    }
    await client.$disconnect();
    expect(most).toBeGreaterThan(1);
  });
});
