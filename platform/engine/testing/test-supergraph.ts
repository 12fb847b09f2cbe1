import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse, subscribe } from 'graphql';
import { onTestFinished } from 'vitest';
import {
  createEngine,
  type Engine,
  type EngineOptions,
  type ExecutionContext,
  type FetchRequest,
  type SubgraphResponse,
  type SubgraphTransport,
} from '../src/index.ts';

export interface TestSubgraph {
  readonly name: string;
  readonly typeDefs: string;
  // biome-ignore lint/suspicious/noExplicitAny: resolvers of any schema
  readonly resolvers?: any;
}

const FEDERATION_LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@inaccessible", "@override",
  "@interfaceObject", "@tag", "@authenticated", "@requiresScopes"
])\n`;

const composed = new Map<string, string>();

/**
 * Throws with every composition error, as the supergraph of a test should compose; what composes does so
 * once for all tests of a process.
 */
export function composeSubgraphs(subgraphs: readonly TestSubgraph[]): string {
  const key = JSON.stringify(subgraphs.map(({ name, typeDefs }) => [name, typeDefs]));
  const supergraphSdl = composed.get(key) ?? composeAnew(subgraphs);
  composed.set(key, supergraphSdl);
  return supergraphSdl;
}

function composeAnew(subgraphs: readonly TestSubgraph[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, typeDefs }) => ({
      name,
      url: `http://${name}.test/graphql`,
      typeDefs: parse(FEDERATION_LINK + typeDefs),
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

export interface SeenRequest {
  readonly subgraph: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

export interface TestSupergraph {
  readonly engine: Engine;
  /** What was sent to subgraphs, in order. */
  readonly requests: SeenRequest[];
  requestsTo(subgraph: string): SeenRequest[];
  readonly transport: SubgraphTransport;
  // biome-ignore lint/suspicious/noExplicitAny: the answers of tests are looked at freely
  run(query: string, variables?: Record<string, unknown>, context?: ExecutionContext): Promise<any>;
}

/** An engine over subgraphs that run in this process, with every request on record. */
export function startTestSupergraph(
  subgraphs: readonly TestSubgraph[],
  options: Partial<EngineOptions> = {},
): TestSupergraph {
  const schemas = new Map<string, GraphQLSchema>(
    subgraphs.map(({ name, typeDefs, resolvers }) => [
      name,
      buildSubgraphSchema({ typeDefs: parse(FEDERATION_LINK + typeDefs), resolvers }),
    ]),
  );
  const requests: SeenRequest[] = [];
  const argumentsOf = (request: FetchRequest) => {
    const variables = request.variablesText ? JSON.parse(request.variablesText) : {};
    requests.push({ subgraph: request.subgraph, query: request.query, variables });
    return {
      schema: schemas.get(request.subgraph) as GraphQLSchema,
      document: parse(request.query),
      variableValues: variables,
      contextValue: request.context,
    };
  };
  const transport: SubgraphTransport = {
    async execute(request) {
      const result = await execute(argumentsOf(request));
      return { text: JSON.stringify(result) };
    },
    async subscribe(request) {
      const events = await subscribe(argumentsOf(request));
      if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
      return events as unknown as AsyncIterableIterator<SubgraphResponse>;
    },
    ...options.transport,
  };
  const engine = createEngine({
    supergraphSdl: composeSubgraphs(subgraphs),
    // A busy machine is not what is tested here.
    planningMs: 120_000,
    ...options,
    transport,
  });
  onTestFinished(() => engine.close());
  return {
    engine,
    requests,
    transport,
    requestsTo: (subgraph) => requests.filter((request) => request.subgraph === subgraph),
    run: async (query, variables, context = { requestId: 'test' }) => {
      const prepared = engine.prepare(query);
      if (prepared.kind === 'failed') return { errors: prepared.errors };
      return engine.execute(prepared, variables, context);
    },
  };
}
