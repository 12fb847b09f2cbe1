import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, subscribe } from 'graphql';
import { createGateway, type Gateway, type LocalSubgraph } from '../../src/index.ts';
import { composeOnce } from './compose-once.ts';
import { tokenFor, verifyTestTokens } from './start-toy.ts';
import { UNHURRIED } from './unhurried.ts';

const ACCOUNTS = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated"])
interface UserError { code: String! message: String! }
type InvalidCredentialsError implements UserError { code: String! message: String! }
union AuthError = InvalidCredentialsError
type User { username: String! }
type Viewer { user: User! }
type Tokens {
  accessToken: String! accessTokenExpiresAt: String! refreshToken: String! refreshTokenExpiresAt: String!
}
input LoginInput { login: String! password: String! deviceLabel: String }
type SignInChallenge { challengeId: ID! }
type AuthPayload { viewer: Viewer tokens: Tokens challenge: SignInChallenge errors: [AuthError!]! }
type LogoutPayload { revokedSessions: Int! }
type Query { viewer: Viewer @authenticated }
type Mutation {
  login(input: LoginInput!): AuthPayload!
  refreshSession(refreshToken: String!): AuthPayload!
  logout: LogoutPayload! @authenticated
  say(text: String!): String!
}
type Subscription { whoAmI: String! @authenticated }
`;

interface Asker {
  viewer: { userId: string } | null;
}

/** People who sign in, as the playground expects them: anybody whose password is `let me in`. */
export async function startAccounts(): Promise<Gateway> {
  const signedIn = async (login: string) => ({
    viewer: { user: { username: login } },
    tokens: {
      accessToken: await tokenFor(login),
      accessTokenExpiresAt: new Date(Date.now() + 600_000).toISOString(),
      refreshToken: `refresh ${login}`,
      refreshTokenExpiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    },
    errors: [],
  });
  const schema = buildSubgraphSchema({
    typeDefs: parse(ACCOUNTS),
    resolvers: {
      Query: {
        viewer: (_: unknown, __: unknown, { viewer }: Asker) => ({
          user: { username: viewer?.userId },
        }),
      },
      Mutation: {
        login: (_: unknown, { input }: { input: { login: string; password: string } }) =>
          input.password === 'let me in'
            ? signedIn(input.login)
            : {
                errors: [
                  {
                    __typename: 'InvalidCredentialsError',
                    code: 'INVALID_CREDENTIALS',
                    message: 'Wrong name or password.',
                  },
                ],
              },
        refreshSession: (_: unknown, { refreshToken }: { refreshToken: string }) => {
          const [, login] = /^refresh (\w+)$/.exec(refreshToken) ?? [];
          return login
            ? signedIn(login)
            : {
                errors: [
                  {
                    __typename: 'InvalidCredentialsError',
                    code: 'TOKEN_INVALID',
                    message: 'Sign in again.',
                  },
                ],
              };
        },
        say: (_: unknown, { text }: { text: string }) => text,
        logout: () => ({ revokedSessions: 1 }),
      },
      Subscription: {
        whoAmI: {
          subscribe: async function* (_: unknown, __: unknown, { viewer }: Asker) {
            yield `live as ${viewer?.userId}`;
            await new Promise(() => {});
          },
          resolve: (said: string) => said,
        },
      },
    } as never,
  });
  const argsOf = ({
    query,
    operationName,
    variables,
    identity,
  }: Parameters<LocalSubgraph['execute']>[0]) => ({
    schema,
    document: parse(query),
    operationName,
    variableValues: variables,
    contextValue: identity,
  });
  return createGateway({
    ...UNHURRIED,
    supergraphSdl: composeOnce([
      {
        name: 'accounts',
        url: 'http://accounts.invalid',
        typeDefs: ACCOUNTS,
        file: 'accounts.graphql',
      },
    ]),
    subgraphs: {
      accounts: {
        execute: async (request) => execute(argsOf(request)),
        subscribe: async (request) => (await subscribe(argsOf(request))) as never,
      },
    },
    verifyAccessToken: await verifyTestTokens(),
    playground: true,
    port: 0,
  });
}
