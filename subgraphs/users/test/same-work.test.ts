import { sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  askToRegister,
  CONFIRM,
  login,
  payloadOf,
  person,
  type StartedUsers,
  someone,
  startUsers,
} from './accounts.ts';

// Whoever asks for somebody who is here learns nothing that they would not learn of nobody: not by the answer, and not
// by the time that it takes. What takes time is counted: statements and hashes.

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

const ASKED =
  'challenge { challengeId expiresAt resendAfter } errors { __typename ... on UserError { code path } }';
const SIGNED_IN =
  'tokens { accessToken } errors { __typename ... on UserError { code path } ... on CodeInvalidError { attemptsLeft } }';
const OPERATIONS = {
  requestSignInCode: `mutation ($email: EmailAddress!) { requestSignInCode(email: $email) { ${ASKED} } }`,
  requestPasswordReset: `mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) { ${ASKED} } }`,
  signInWithCode: `mutation ($input: SignInWithCodeInput!) { signInWithCode(input: $input) { ${SIGNED_IN} } }`,
  resetPassword: `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { ${SIGNED_IN} } }`,
  requestEmailChange: `mutation ($email: EmailAddress!) { requestEmailChange(newEmail: $email) { ${ASKED} } }`,
};
type Field = keyof typeof OPERATIONS;
const run = async (field: Field, variables: object, from?: string, viewer: Caller = null) =>
  payloadOf(
    await graph.execute(OPERATIONS[field], variables as Record<string, unknown>, viewer, from),
    field,
  );
type Caller = Parameters<StartedUsers['execute']>[2];

/** Answers differ in their challenges and times alone. */
const plain = (answer: object) =>
  JSON.stringify(answer)
    .replace(/chl_[\w-]+/g, 'chl')
    .replace(/\d{4}-[\d-]+T[\d:.]+Z/g, 'time');

let clients = 0;
/** Another client each time, so that nobody has to wait. */
const nextClient = () => {
  clients += 1;
  return `10.${clients >> 16}.${(clients >> 8) & 255}.${clients & 255}`;
};

interface Way {
  /** What is done before, which is neither counted nor timed. */
  prepare?(email: string): Promise<string>;
  ask(email: string, prepared: string): Promise<object>;
}
let names = 0;
const challengeBy = (field: Field) => async (email: string) =>
  (await run(field, { email }, nextClient())).challenge.challengeId as string;
const WRONG = 'ABCDEFGH';
const answeredBy =
  (field: Field, more: object = {}): Way['ask'] =>
  (_, challengeId) =>
    run(field, { input: { challengeId, code: WRONG, ...more } }, nextClient());

const WAYS: Record<string, Way> = {
  'registering an address': {
    ask: (email) => {
      names += 1;
      return askToRegister(graph, person(`name_${names}`, { email }), nextClient());
    },
  },
  'confirming its registration': {
    prepare: async (email) => {
      names += 1;
      const asked = await askToRegister(graph, person(`name_${names}`, { email }), nextClient());
      return asked.challenge.challengeId;
    },
    ask: async (_, challengeId) =>
      payloadOf(
        await graph.execute(CONFIRM, { input: { challengeId, code: WRONG } }, null, nextClient()),
        'confirmRegistration',
      ),
  },
  'asking for a code that signs in': {
    ask: (email) => run('requestSignInCode', { email }, nextClient()),
  },
  'signing in by a wrong code': {
    prepare: challengeBy('requestSignInCode'),
    ask: answeredBy('signInWithCode'),
  },
  'asking for a new password': {
    ask: (email) => run('requestPasswordReset', { email }, nextClient()),
  },
  'a new password by a wrong code': {
    prepare: challengeBy('requestPasswordReset'),
    ask: answeredBy('resetPassword', { newPassword: 'another fine day for figs' }),
  },
  'signing in by address and password': {
    ask: (email) => login(graph, { login: email, password: 'not this one' }, nextClient()),
  },
};

const medianOf = (all: readonly number[]) =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;

/** Several, so that none is asked for so often that it waits. */
const HERE = Array.from({ length: 10 }, (_, n) => `here_${n}`);
const addressOf = (name: string) => `${name}@example.com`;

describe.each(Object.entries(WAYS))('%s', (title, { prepare, ask }) => {
  const workFor = async (email: string) => {
    const prepared = (await prepare?.(email)) ?? '';
    const before = [graph.hashes(), graph.verifications()];
    let answer = '';
    const statements = await graph.statementsOf(async () => {
      answer = plain(await ask(email, prepared));
    });
    const [hashes, verifications] = [graph.hashes(), graph.verifications()];
    return {
      answer,
      statements,
      work: [hashes - Number(before[0]), verifications - Number(before[1])],
    };
  };
  const key = title.replaceAll(' ', '');

  test('takes the same work and gives the same answer for known and unknown names', async () => {
    await someone(graph, key.toLowerCase().slice(0, 24));
    const somebody = await workFor(addressOf(key.toLowerCase().slice(0, 24)));
    expect(somebody.statements.length).toBeGreaterThan(0);
    expect(await workFor(`no_${key}@example.com`)).toEqual(somebody);
  });

  /** For an idle machine: what takes time is counted above, and this is the clock's word for it. */
  test.runIf(process.env.SOUK_SOAK === '1')(
    'takes as long for known as for unknown names, by the medians of two hundred pairs',
    async () => {
      for (const name of HERE) {
        const email = addressOf(`${key.toLowerCase().slice(0, 20)}_${name}`);
        await someone(graph, email.split('@')[0] ?? '');
      }
      const timed = async (who: 'here' | 'nobody', n: number) => {
        const stem = who === 'here' ? `${key.toLowerCase().slice(0, 20)}_here` : `${key}_nobody`;
        const email = addressOf(`${stem}_${n % HERE.length}`);
        const prepared = (await prepare?.(email)) ?? '';
        const began = performance.now();
        await ask(email, prepared);
        return performance.now() - began;
      };
      const pairs: { here: number; nobody: number }[] = [];
      for (let pair = 0; pair < 200; pair += 1) {
        // A code mail a day later is none too many; each of the two is as often first as the other.
        if (pair % 10 === 0) graph.pass(86_400_000);
        if (pair % 2 === 0) {
          const here = await timed('here', pair);
          pairs.push({ here, nobody: await timed('nobody', pair) });
        } else {
          const nobody = await timed('nobody', pair);
          pairs.push({ here: await timed('here', pair), nobody });
        }
      }
      const here = medianOf(pairs.map((pair) => pair.here));
      const nobody = medianOf(pairs.map((pair) => pair.nobody));
      // What else the machine does meets both of a pair, so their difference is what is theirs.
      const apart = medianOf(pairs.map((pair) => pair.here - pair.nobody));
      console.info(
        `${title}: ${here.toFixed(2)} ms for somebody, ${nobody.toFixed(2)} ms for nobody, ` +
          `${apart.toFixed(3)} ms apart in a pair`,
      );
      // What takes a few milliseconds in all is told apart by no tenth of one through a network.
      expect(Math.abs(apart)).toBeLessThan(Math.max(0.05 * here, 0.2));
    },
    600_000,
  );
});

test('accounts without a password, suspended accounts and bare names are tried like unknown ones', async () => {
  const { viewer } = await someone(graph, 'by_passkey');
  await sql(graph, 'UPDATE account SET password_hash = NULL WHERE id = $1', [viewer.userId]);
  const banned = (await someone(graph, 'banned')).viewer;
  await sql(
    graph,
    "UPDATE account SET suspended_at = now(), suspension_reason = 'Spam' WHERE id = $1",
    [banned.userId],
  );
  const tried = async (name: string) => {
    const before = graph.verifications();
    let answer = '';
    const statements = await graph.statementsOf(async () => {
      answer = plain(await login(graph, { login: name, password: 'not this one' }, nextClient()));
    });
    return { answer, statements, verifications: graph.verifications() - before };
  };
  const nobody = await tried('nobody_at_all');
  expect(nobody.verifications).toBe(1);
  for (const name of ['by_passkey', 'banned']) expect(await tried(name)).toEqual(nobody);
});

test('changing to a taken address costs and answers the same as to a free one', async () => {
  const { viewer } = await someone(graph, 'mover');
  await someone(graph, 'neighbour');
  const asked = async (email: string) => {
    let answer = '';
    const statements = await graph.statementsOf(async () => {
      answer = plain(await run('requestEmailChange', { email }, nextClient(), viewer));
    });
    return { answer, statements };
  };
  const taken = await asked(addressOf('neighbour'));
  expect(taken.statements.length).toBeGreaterThan(3);
  expect(await asked(addressOf('nobody_there'))).toEqual(taken);
});

test('beginning to sign in by a passkey or a provider discloses nobody', async () => {
  const data = await graph.ask('mutation { beginPasskeySignIn { options errors { __typename } } }');
  expect(data.beginPasskeySignIn.errors).toEqual([]);
  expect(data.beginPasskeySignIn.options.allowCredentials ?? []).toEqual([]);
});
