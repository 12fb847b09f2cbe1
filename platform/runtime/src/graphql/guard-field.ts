import { defaultFieldResolver, type GraphQLField, type GraphQLResolveInfo } from 'graphql';
import type { Viewer } from '../domain/viewer.ts';
import type { RequestContext } from './request-context.ts';

/** Throws where a viewer must not ask for a field. */
export type FieldCheck = (viewer: Viewer | null, use: FieldUse) => void;

/** One use of a field in an operation. */
export interface FieldUse {
  readonly context: RequestContext;
  readonly args: Record<string, unknown>;
  readonly info: GraphQLResolveInfo;
}

/**
 * Adds a check that runs before a field is resolved or, for a subscription, before its stream is opened.
 * The check that is added last runs first.
 */
export function guardField(field: GraphQLField<unknown, RequestContext>, check: FieldCheck): void {
  const { subscribe } = field;
  if (subscribe) {
    field.subscribe = (source, args, context, info) => {
      check(context.viewer, { context, args, info });
      return subscribe(source, args, context, info);
    };
    return;
  }
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    check(context.viewer, { context, args, info });
    return resolve(source, args, context, info);
  };
}
