import { SubgraphFault } from '@souk/engine';
import type { InternalIdentity } from '@souk/runtime/identity';
import { GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { isRefusalCode } from '../upstream/refusals.ts';
import type { GatewayTransport } from '../upstream/transport.ts';

/** Returns those of the ids that exist for this viewer. */
export type AskOwner = (
  typeName: string,
  ids: readonly string[],
  identity: InternalIdentity,
) => Promise<readonly string[]>;

const QUERY = 'query Known($r: [_Any!]!) { _entities(representations: $r) { __typename } }';

/**
 * Asks the subgraph that owns a type, through the same entity lookup as every other question about its
 * objects.
 */
export function createAskOwner(
  transport: Pick<GatewayTransport, 'execute'>,
  ownerOf: (typeName: string) => string | undefined,
): AskOwner {
  return async (typeName, ids, { viewer, requestId }) => {
    const subgraph = ownerOf(typeName);
    if (!subgraph) return [];
    const variablesText = JSON.stringify({
      r: ids.map((id) => ({ __typename: typeName, id })),
    });
    const response = await transport
      .execute({
        subgraph,
        query: QUERY,
        operationName: 'Known',
        variablesText,
        operationType: OperationTypeNode.QUERY,
        bodyText: `{"query":${JSON.stringify(QUERY)},"operationName":"Known","variables":${variablesText}}`,
        context: { viewer, requestId },
      })
      .catch((error) => {
        throw coded(error instanceof SubgraphFault ? error.code : 'SUBGRAPH_ERROR');
      });
    const { data, errors } = 'text' in response ? JSON.parse(response.text) : response;
    const entities: unknown = data?._entities;
    if (Array.isArray(entities) && entities.length === ids.length) {
      return ids.filter((_, index) => entities[index] !== null);
    }
    const isRefused = (errors as readonly GraphQLFormattedError[] | undefined)?.every(
      ({ extensions }) => isRefusalCode(extensions?.code),
    );
    if (isRefused) return [];
    throw coded('SUBGRAPH_ERROR');
  };
}

const coded = (code: string) =>
  new GraphQLError('This part of the graph could not say whether it exists.', {
    extensions: { code },
  });
