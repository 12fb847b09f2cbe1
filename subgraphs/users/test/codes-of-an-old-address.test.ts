import type { Viewer } from '@souk/runtime/domain';
import type { TransactionTools } from '@souk/runtime/events';
import { replaceStores } from '@souk/runtime/persistence';
import { mailedCode } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { users } from '../src/app.ts';
import type { Stores } from '../src/persistence/stores.ts';
import { confirmEmailChange } from '../src/use-cases/confirm-email-change.ts';
import type { UsersDeps } from '../src/use-cases/deps.ts';
import { reauthenticate } from '../src/use-cases/reauthenticate.ts';
import { requestPasswordReset, requestSignInCode } from '../src/use-cases/request-account-code.ts';
import { requestEmailChange } from '../src/use-cases/request-email-change.ts';
import { requestReauthenticationCode } from '../src/use-cases/request-own-code.ts';
import { resetPassword } from '../src/use-cases/reset-password.ts';
import { signInWithCode } from '../src/use-cases/sign-in-with-code.ts';
import { type StartedUsers, someone, startUsers } from './accounts.ts';

// A code that was asked for in the moment in which the account's address changes was mailed to the last one, and is
// written down after what that change voids. Whoever reads the old mailbox must not come in by it.

let graph: StartedUsers;
let opened: Awaited<ReturnType<typeof users.open>>;
let deps: UsersDeps;
beforeAll(async () => {
  graph = await startUsers();
  opened = await users.open(graph.deps);
  deps = opened.services;
});
afterAll(async () => {
  await opened?.infrastructure.close();
  await graph?.[Symbol.asyncDispose]();
});

const FROM = { ip: '192.0.2.1', userAgent: null };
const oldOf = (name: string) => `${name}@old.example`;
const newOf = (name: string) => `${name}@new.example`;

/** The use cases, with a challenge that is written down only after something else. */
const writingAfter = (during: () => Promise<unknown>): UsersDeps => ({
  ...deps,
  transaction: (work) =>
    deps.transaction((stores) => {
      const challenges = {
        ...stores.challenges,
        insert: async (row: Parameters<Stores['challenges']['insert']>[0]) => {
          await during();
          await stores.challenges.insert(row);
        },
      };
      return work(replaceStores<Stores & TransactionTools>(stores, { challenges }));
    }),
});

/** The mutant: an account has the address that its code was mailed to, whatever it has by now. */
const withoutLooking = (email: string): UsersDeps => {
  const accountsOf = ({ accounts }: Stores) => ({
    ...accounts,
    findMany: async (ids: readonly string[]) =>
      (await accounts.findMany(ids)).map((account) => ({ ...account, email })),
    lock: async (id: string) => {
      const account = await accounts.lock(id);
      return account && { ...account, email };
    },
  });
  return {
    ...deps,
    reads: replaceStores(deps.reads, { accounts: accountsOf(deps.reads) }),
    transaction: (work) =>
      deps.transaction((stores) =>
        work(replaceStores<Stores & TransactionTools>(stores, { accounts: accountsOf(stores) })),
      ),
  };
};

/** Somebody about to change their address: all that is left is to confirm it. */
async function moving(name: string) {
  const { viewer } = await someone(graph, name, { email: oldOf(name) });
  const asked = await requestEmailChange(deps, viewer, newOf(name), FROM.ip);
  const [newCode, oldCode] = [
    await mailedCode(graph, newOf(name)),
    await mailedCode(graph, oldOf(name)),
  ];
  const input = {
    newAddress: { challengeId: asked.challenge.challengeId, code: String(newCode) },
    currentAddress: {
      challengeId: String(asked.currentChallenge?.challengeId),
      code: String(oldCode),
    },
  };
  return { viewer, move: () => confirmEmailChange(deps, viewer, input) };
}

type Code = { readonly challengeId: string; readonly code: string };
interface Way {
  ask(deps: UsersDeps, name: string, viewer: Viewer): Promise<{ challengeId: string } | null>;
  answer(deps: UsersDeps, code: Code, viewer: Viewer): Promise<unknown>;
}
const WAYS: Record<string, Way> = {
  'a new password': {
    ask: (given, name) => requestPasswordReset(given, { email: oldOf(name) }, FROM.ip),
    answer: (given, code) =>
      resetPassword(given, { ...code, newPassword: 'the figs of a thief' }, FROM),
  },
  'signing in': {
    ask: (given, name) => requestSignInCode(given, { email: oldOf(name) }, FROM.ip),
    answer: (given, code) => signInWithCode(given, code, FROM),
  },
  'a proof of who one is': {
    ask: (given, _, viewer) => requestReauthenticationCode(given, viewer),
    answer: (given, code, viewer) => reauthenticate(given, viewer, { emailCode: code }, FROM.ip),
  },
};

describe.each(Object.entries(WAYS))('a code for %s', (title, { ask, answer }) => {
  const name = title.replaceAll(' ', '_').slice(0, 20);
  const askedWhileMoving = async (who: string) => {
    const { viewer, move } = await moving(who);
    const challenge = await ask(writingAfter(move), who, viewer);
    const code = String(await mailedCode(graph, oldOf(who)));
    return { viewer, code: { challengeId: String(challenge?.challengeId), code } };
  };

  test('that went to the address of before opens nothing', async () => {
    const { viewer, code } = await askedWhileMoving(name);
    await expect(answer(deps, code, viewer)).rejects.toMatchObject({ code: 'CODE_INVALID' });
    const [account] = await deps.reads.accounts.findMany([viewer.userId]);
    expect(account?.email).toBe(newOf(name));
  });

  test('would open it if the address were not checked (mutant)', async () => {
    const who = `${name}_2`;
    const { viewer, code } = await askedWhileMoving(who);
    await expect(answer(withoutLooking(oldOf(who)), code, viewer)).resolves.toBeDefined();
  });
});

test('a session that has ended changes no address, though it asked for the codes', async () => {
  const { viewer, move } = await moving('logged_out');
  await graph.execute('mutation { logout { revokedSessions } }', {}, viewer);
  await expect(move()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const [account] = await deps.reads.accounts.findMany([viewer.userId]);
  expect(account?.email).toBe(oldOf('logged_out'));
});
