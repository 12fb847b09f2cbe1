import { Kind, OperationTypeNode } from 'graphql';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';
import type { SubgraphCalls } from '../upstream/subgraph-calls.ts';
import type { AskOpenSessions } from './session-states.ts';

const FIELD = 'openSessions';
const QUERY = 'query OpenSessions($ids:[ID!]!){openSessions(ids:$ids)}';
const OPERATION_NAME = 'OpenSessions';
/** Milliseconds for the answer: it is on the way of a request. */
const WITHIN_MS = 1_500;

/**
 * Asks the subgraph that keeps sessions, by a field that only gateways can reach: it is
 * `@inaccessible`, so no client can select it. In a supergraph without the field all are open.
 */
export const createAskOpenSessions =
  (
    subgraph: string,
    { execute }: Pick<SubgraphCalls, 'execute'>,
    supergraph: () => GatewaySupergraph,
  ): AskOpenSessions =>
  async (ids) => {
    if (!hasField(supergraph())) return new Set(ids);
    const variables = { ids };
    const variablesText = JSON.stringify(variables);
    const response = await execute({
      subgraph,
      query: QUERY,
      operationName: OPERATION_NAME,
      operationType: OperationTypeNode.QUERY,
      variablesText,
      bodyText: JSON.stringify({ query: QUERY, operationName: OPERATION_NAME, variables }),
      context: {
        requestId: crypto.randomUUID(),
        viewer: null,
        deadlineAt: Date.now() + WITHIN_MS,
      },
    });
    const { data, errors } =
      'text' in response ? (JSON.parse(response.text) as Partial<Answer>) : (response as Answer);
    const open = data?.openSessions;
    if (!Array.isArray(open)) throw new Error(errors?.[0]?.message ?? 'no answer');
    return new Set(open);
  };

const hasField = ({ document }: GatewaySupergraph): boolean =>
  document.definitions.some(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION &&
      definition.name.value === 'Query' &&
      definition.fields?.some(({ name }) => name.value === FIELD),
  );

interface Answer {
  data?: { openSessions?: string[] } | null;
  errors?: readonly { message: string }[];
}
