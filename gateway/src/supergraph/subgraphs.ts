/** The subgraphs of the supergraph and where each is by default; the only such list. */
const SUBGRAPH_PORTS = {
  users: 4001,
  products: 4002,
  orders: 4003,
  groups: 4004,
  chat: 4005,
  notifications: 4006,
} as const;

/** Runs inside the gateway; see `identity/`. Its address says so: it can never be called. */
export const IDENTITY = 'identity';
export const IDENTITY_URL = 'http://identity.invalid/graphql';

export interface SubgraphAddress {
  readonly name: string;
  readonly url: string;
}

export const SUBGRAPHS: readonly SubgraphAddress[] = Object.entries(SUBGRAPH_PORTS).map(
  ([name, port]) => ({ name, url: `http://localhost:${port}/graphql` }),
);

/** Where the environment says the subgraphs are: `USERS_URL` and so on. */
export function subgraphUrlsFrom(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    SUBGRAPHS.flatMap(({ name }) => {
      const url = env[`${name.toUpperCase()}_URL`]?.trim();
      return url ? [[name, url]] : [];
    }),
  );
}
