import { SUBGRAPHS as PLACES, subgraphUrlVariable } from '../../../souk.config.ts';

export interface SubgraphAddress {
  readonly name: string;
  readonly url: string;
}

/** The subgraphs of the supergraph, and their default addresses. */
export const SUBGRAPH_ADDRESSES: readonly SubgraphAddress[] = Object.entries(PLACES).map(
  ([name, { port }]) => ({ name, url: `http://localhost:${port}/graphql` }),
);

/** The addresses of subgraphs given by the environment: `USERS_URL` and so on. */
export function subgraphUrlsFrom(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    SUBGRAPH_ADDRESSES.flatMap(({ name }) => {
      const url = env[subgraphUrlVariable(name)]?.trim();
      return url ? [[name, url]] : [];
    }),
  );
}
