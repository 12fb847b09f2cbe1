import { defaultFieldResolver, type GraphQLField, type GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from './request-context.ts';

/** Throws where a field must not be asked for. */
export type FieldCheck = (
  context: RequestContext,
  args: Record<string, unknown>,
  info: GraphQLResolveInfo,
) => void;

/**
 * Lays a check before a field: before it is resolved or, of a subscription, before its stream is opened.
 * What is laid last is checked first.
 */
export function guardField(field: GraphQLField<unknown, RequestContext>, check: FieldCheck): void {
  const { subscribe } = field;
  if (subscribe) {
    field.subscribe = (source, args, context, info) => {
      check(context, args, info);
      return subscribe(source, args, context, info);
    };
    return;
  }
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    check(context, args, info);
    return resolve(source, args, context, info);
  };
}
