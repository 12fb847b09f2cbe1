import { GraphQLError, type GraphQLSchema, isIntrospectionType, isObjectType } from 'graphql';
import type { RequestContext } from './request-context.ts';

/**
 * Starts no resolver for a request that nobody waits for any more, so that nothing more is read or written
 * for it: graphql-js walks the rest of the operation and finds errors. Work that has started continues: a
 * loader's running statement until the database's own time limit, a use case until its transaction ends, so
 * that a change is made as a whole or not at all.
 */
export function leaveAbandonedRequests(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type === schema.getSubscriptionType()) continue;
    // These are the same objects in all schemas of the process.
    if (isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      // Fields without a resolver only return what was read.
      if (!resolve) continue;
      field.resolve = (source, args, context: RequestContext, info) => {
        if (context.isAwaited?.() === false) throw abandoned();
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}

/** The error of an abandoned request, which its client sees only if it is still there after all. */
const abandoned = () =>
  new GraphQLError('This part of the graph took too long to answer.', {
    extensions: { code: 'SUBGRAPH_TIMEOUT' },
  });
