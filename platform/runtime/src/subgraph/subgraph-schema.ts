import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import { leaveAbandonedRequests } from '../graphql/abandoned-requests.ts';
import { enforceAccessDirectives } from '../graphql/access-directives.ts';
import { refuseBeyondApiKeys } from '../graphql/api-keys.ts';
import { boundLists } from '../graphql/bounded-lists.ts';
import { checkInputs } from '../graphql/check-inputs.ts';
import { answerExpectedFailuresAsData } from '../graphql/mutation-payloads.ts';
import type { RequestContext } from '../graphql/request-context.ts';
import { sharedResolversFor } from '../graphql/shared-resolvers.ts';
import { refuseMutationsOfSuspended, showSuspendedNoRights } from '../graphql/suspended-viewers.ts';
import type { SubgraphDefinition } from './subgraph.ts';

type SchemaParts = Pick<
  SubgraphDefinition<RequestContext>,
  'typeDefs' | 'resolvers' | 'forms' | 'lookups' | 'current'
>;

/**
 * By resolvers, of which each subgraph has one object: tests start a subgraph hundreds of times in a process,
 * and its schema depends on nothing else.
 */
const schemas = new WeakMap<
  object,
  { readonly typeDefs: string; readonly schema: GraphQLSchema }
>();

/** The executable schema of a subgraph: its resolvers, with everything that the schema declares enforced around them. */
export function schemaOf(parts: SchemaParts): GraphQLSchema {
  const { typeDefs, resolvers } = parts;
  const known = schemas.get(resolvers);
  if (known?.typeDefs === typeDefs) return known.schema;
  const schema = buildSchema(parts);
  schemas.set(resolvers, { typeDefs, schema });
  return schema;
}

/** Each wrapper is added around those before it: the one added last is the first to see a request. */
function buildSchema({ typeDefs, resolvers, forms, lookups, current }: SchemaParts): GraphQLSchema {
  const schema = buildSubgraphSchema({
    typeDefs: parse(typeDefs),
    resolvers: { ...sharedResolversFor(typeDefs), ...resolvers } as never,
  });
  checkInputs(schema, forms, lookups);
  boundLists(schema);
  enforceAccessDirectives(schema);
  answerExpectedFailuresAsData(schema, current);
  showSuspendedNoRights(schema);
  refuseMutationsOfSuspended(schema);
  refuseBeyondApiKeys(schema);
  return leaveAbandonedRequests(schema);
}
