import { OperationTypeNode } from 'graphql';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import type { SubgraphCalls } from '../upstream/subgraph-calls.ts';

/** Milliseconds to wait for the answer: a client's request is waiting for it. */
const WITHIN_MS = 1_500;

/** A root field that only gateways can reach: it is `@inaccessible`, so no client can select it. */
export interface GatewayField {
  readonly subgraph: string;
  readonly name: string;
  readonly query: string;
  readonly operationName: string;
}

/** Asks for a field; undefined in a supergraph that does not have it. Rejects when there is no answer. */
export type AskGatewayField<Value> = (
  variables: Readonly<Record<string, unknown>>,
) => Promise<Value | null | undefined>;

/** Asks a subgraph on behalf of the gateway itself, not of a viewer. */
export function createGatewayQuery<Value>(
  { subgraph, name, query, operationName }: GatewayField,
  { execute }: Pick<SubgraphCalls, 'execute'>,
  supergraph: () => GatewaySupergraph,
): AskGatewayField<Value> {
  return async (variables) => {
    if (!supergraph().queries.has(name)) return undefined;
    const response = await execute({
      subgraph,
      query,
      operationName,
      operationType: OperationTypeNode.QUERY,
      variablesText: JSON.stringify(variables),
      bodyText: JSON.stringify({ query, operationName, variables }),
      context: {
        requestId: crypto.randomUUID(),
        viewer: null,
        deadlineAt: Date.now() + WITHIN_MS,
      },
    });
    const { data, errors } = (
      'text' in response ? JSON.parse(response.text) : response
    ) as Answer<Value>;
    if (errors?.length || !data) throw new Error(errors?.[0]?.message ?? 'no answer');
    return data[name] ?? null;
  };
}

interface Answer<Value> {
  data?: Readonly<Record<string, Value | null>> | null;
  errors?: readonly { message: string }[];
}
