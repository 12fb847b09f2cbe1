import { buildSubgraphSchema } from '@apollo/subgraph';
import { typeOfId } from '@souk/runtime';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  isObjectType,
  parse,
} from 'graphql';
import type { LocalSubgraph } from '../transport/local-subgraph.ts';
import { MAX_NODES } from './identity-schema.ts';

/** A gateway repeats the same few documents. */
const MAX_DOCUMENTS = 1_000;

/**
 * Answers `node`, `nodes` and `shareable` from the ids alone and leaves the rest to the owners.
 * Whether the thing exists, and who may see it, is for its owner to say.
 */
export function createIdentitySubgraph(typeDefs: string): LocalSubgraph {
  const named = (id: string) => {
    const name = typeOfId(id);
    return name !== null && isObjectType(schema.getType(name)) ? { __typename: name, id } : null;
  };
  const shareable = (id: string) => {
    const found = named(id);
    const type = found && schema.getType(found.__typename);
    const shared =
      isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Shareable');
    return shared ? found : null;
  };
  const schema = buildSubgraphSchema({
    typeDefs: parse(typeDefs),
    resolvers: {
      Query: {
        node: (_: unknown, { id }: { id: string }) => named(id),
        nodes: (_: unknown, { ids }: { ids: string[] }) => {
          if (ids.length > MAX_NODES) throw tooManyNodes();
          return ids.map(named);
        },
        shareable: (_: unknown, { id }: { id: string }) => shareable(id),
      },
      Shareable: {
        __resolveReference: ({ id }: { id: string }) => shareable(id),
      },
    } as never,
  });
  const documents = new Map<string, DocumentNode>();
  const documentOf = (query: string) => {
    const document = documents.get(query) ?? parse(query);
    if (documents.size >= MAX_DOCUMENTS) documents.delete(documents.keys().next().value as string);
    documents.set(query, document);
    return document;
  };
  return {
    execute: async ({ query, operationName, variables }): Promise<ExecutionResult> =>
      execute({ schema, document: documentOf(query), operationName, variableValues: variables }),
    subscribe: async () => ({ errors: [new GraphQLError('identity has no subscriptions.')] }),
  };
}

const tooManyNodes = () =>
  new GraphQLError(`At most ${MAX_NODES} ids at a time.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
