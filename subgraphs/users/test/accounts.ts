import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backplane } from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import {
  type Answer,
  insist,
  mailedCode,
  type StartedSubgraph,
  startSubgraph,
} from '@souk/testkit';
import { decodeJwt } from 'jose';
import { createPasswords, type Passwords } from '../src/credentials/passwords.ts';
import {
  createSecretKey,
  createSigningKey,
  createUsersSubgraph,
  type UsersConfig,
} from '../src/index.ts';

export const PASSWORD = 'a fine day for walnuts';

export interface StartedUsers extends StartedSubgraph {
  readonly config: UsersConfig;
  /** What it was opened with, to open its use cases beside it. */
  readonly deps: Parameters<typeof createUsersSubgraph>[0];
  /** Lets time pass for the subgraph; the database's own clock stays. */
  pass(milliseconds: number): void;
  readonly passwords: Passwords;
  /** How often a password was compared with a hash so far. */
  verifications(): number;
  /** How often a password was hashed so far. */
  hashes(): number;
}

/** The subgraph with a clock to turn and a count of the passwords it compared. */
export async function startUsers(
  options: {
    worker?: boolean;
    backplane?: Backplane;
    mediaUrl?: () => string;
    identityProviders?: UsersConfig['identityProviders'];
  } = {},
): Promise<StartedUsers> {
  const config: UsersConfig = {
    accessTokenPrivateKeys: [createSigningKey()],
    accountSecretKeys: [createSecretKey()],
    passkeyDomain: 'localhost',
    ...(options.identityProviders && { identityProviders: options.identityProviders }),
    mediaUrl: () => options.mediaUrl?.() ?? 'http://localhost',
    mediaFolder: join(tmpdir(), `souk-media-${randomUUID()}`),
  };
  let ahead = 0;
  let verifications = 0;
  let hashes = 0;
  const real = createPasswords();
  const passwords: Passwords = {
    ...real,
    hash: (password) => {
      hashes += 1;
      return real.hash(password);
    },
    verify: (hash, password) => {
      verifications += 1;
      return real.verify(hash, password);
    },
  };
  let deps: StartedUsers['deps'] | undefined;
  const graph = await startSubgraph<UsersConfig>(
    'users',
    (given) => {
      deps = { ...given, passwords };
      return createUsersSubgraph(deps);
    },
    { config, clock: () => new Date(Date.now() + ahead), ...options },
  );
  return {
    ...graph,
    config,
    deps: deps as unknown as StartedUsers['deps'],
    passwords,
    pass: (milliseconds) => {
      ahead += milliseconds;
    },
    verifications: () => verifications,
    hashes: () => hashes,
  };
}

const AUTH = `
  viewer { id email emailVerified locale authenticatedAt roles user { id username displayName bio } }
  tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt deviceToken }
  errors {
    __typename
    ... on UserError { code message path }
    ... on UsernameTakenError { suggestion }
    ... on InvalidCredentialsError { attemptsLeft }
    ... on TokenInvalidError { expired }
    ... on CodeInvalidError { attemptsLeft expired }
    ... on RateLimitedError { retryAfterSeconds }
    ... on WeakPasswordError { minimumLength }
  }`;
/** What signing in is asked for, without errors that this way of doing it does not know. */
const withoutErrors = (...names: readonly string[]) =>
  AUTH.split('\n')
    .filter((line) => !names.some((name) => line.includes(`on ${name}Error`)))
    .join('\n');
export const REGISTER = `mutation ($input: RegisterUserInput!) {
  registerUser(input: $input) {
    challenge { challengeId expiresAt resendAfter }
    errors {
      __typename
      ... on UserError { code message path }
      ... on UsernameTakenError { suggestion }
      ... on RateLimitedError { retryAfterSeconds }
      ... on WeakPasswordError { minimumLength }
    }
  }
}`;
export const CONFIRM = `mutation ($input: ConfirmRegistrationInput!) {
  confirmRegistration(input: $input) {
    ${withoutErrors('InvalidCredentials', 'TokenInvalid', 'RateLimited', 'WeakPassword')}
  }
}`;
export const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { ${withoutErrors('UsernameTaken', 'WeakPassword', 'TokenInvalid', 'CodeInvalid')} }
}`;
export const REFRESH = `mutation ($token: String!, $key: UUID) {
  refreshSession(refreshToken: $token, idempotencyKey: $key) {
    replayed
    ${withoutErrors('UsernameTaken', 'WeakPassword', 'InvalidCredentials', 'RateLimited', 'CodeInvalid')}
  }
}`;

type Graph = Pick<StartedSubgraph, 'execute' | 'databaseUrl'>;

export const person = (username: string, given: Record<string, unknown> = {}) => ({
  username,
  email: `${username}@example.com`,
  password: PASSWORD,
  ...given,
});

/** The answer, whatever it says but "not now", after which it is asked again as a client does. */
const answerTo = (
  graph: Graph,
  query: string,
  variables: Record<string, unknown>,
  clientAddress?: string,
): Promise<Answer> => insist(() => graph.execute(query, variables, null, clientAddress));

/** Asks for an account, and nothing more. */
export const askToRegister = async (
  graph: Graph,
  input: Record<string, unknown>,
  clientAddress?: string,
) => payloadOf(await answerTo(graph, REGISTER, { input }, clientAddress), 'registerUser');

/** Registers as a person does: asks, takes the code out of the mail, and confirms. */
export async function register(
  graph: Graph,
  { deviceLabel, ...input }: Record<string, unknown>,
  clientAddress?: string,
) {
  const asked = await askToRegister(graph, input, clientAddress);
  if (!asked.challenge) return asked;
  const { challengeId } = asked.challenge;
  const code = await mailedCode(graph, String(input.email));
  const confirmation = { challengeId, code: code ?? 'ABCD2345', deviceLabel };
  return payloadOf(
    await answerTo(graph, CONFIRM, { input: confirmation }, clientAddress),
    'confirmRegistration',
  );
}

export const login = async (graph: Graph, input: Record<string, unknown>, clientAddress?: string) =>
  payloadOf(
    await answerTo(graph, LOGIN, { input: { password: PASSWORD, ...input } }, clientAddress),
    'login',
  );

export const refresh = async (
  graph: Graph,
  token: string,
  { key = null, from }: { key?: string | null; from?: string } = {},
) => payloadOf(await answerTo(graph, REFRESH, { token, key }, from), 'refreshSession');

/** The payload, or the whole answer where there is none. */
export const payloadOf = (answer: Answer, field: string) =>
  answer.errors ? answer : answer.data[field];

/** The viewer a gateway would make of the access token in the payload. */
export function viewerOf({ tokens }: { tokens: { accessToken: string } }): Viewer {
  const { sub, sid, roles } = decodeJwt(tokens.accessToken);
  return { userId: String(sub), sessionId: String(sid), roles: roles as Viewer['roles'] };
}

/** Somebody registered, ready to ask. */
export async function someone(graph: Graph, username: string, given = {}) {
  const payload = await register(graph, person(username, given));
  if (!payload.tokens) throw new Error(JSON.stringify(payload));
  return { payload, viewer: viewerOf(payload), tokens: payload.tokens };
}
