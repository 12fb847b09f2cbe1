/** What gateways are measured on: a supergraph, its subgraphs and the operations asked of it. */
export interface BenchCase {
  readonly name: string;
  readonly subgraphs: readonly BenchSubgraph[];
  /** Composed from the subgraphs when absent. */
  readonly supergraphSdl?: string;
  readonly operations: readonly BenchOperation[];
}

export interface BenchSubgraph {
  readonly name: string;
  readonly typeDefs: string;
  // biome-ignore lint/suspicious/noExplicitAny: resolvers of any schema
  readonly resolvers: any;
}

export interface BenchOperation {
  readonly name: string;
  /** Asked in turn, for ever. */
  readonly requests: readonly BenchRequest[];
  /** Whoever can is asked for it in parts; all others for the same whole. */
  readonly isDeferred?: boolean;
}

export interface BenchRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export const one = (name: string, query: string): BenchOperation => ({
  name,
  requests: [{ query }],
});

export const SUBGRAPH_PORT = 4200;
export const GATEWAY_PORT = 4000;
export const subgraphUrl = (name: string): string => `http://127.0.0.1:${SUBGRAPH_PORT}/${name}`;
