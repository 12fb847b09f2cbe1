import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { argumentOf } from './given-arguments.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Cuts every plain list to the length that its schema declares by `@listSize(assumedSize:)`, so that the cost
 * that a gateway estimates from the schema is never exceeded. The rules of the domain keep lists shorter; a
 * longer one is a bug, which is logged.
 */
export function boundLists(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const size = assumedSizeOf(field);
      if (size === null || !isList(field)) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      const place = `${type.name}.${field.name}`;
      field.resolve = (source, args, context: RequestContext, info) => {
        const items: unknown = resolve(source, args, context, info);
        return isPromise(items)
          ? items.then((list) => cut(list, size, place, context))
          : cut(items, size, place, context);
      };
    }
  }
  return schema;
}

function cut(items: unknown, size: number, field: string, context: RequestContext): unknown {
  if (!Array.isArray(items) || items.length <= size) return items;
  context.logger.warn(
    { field, size, length: items.length, requestId: context.requestId },
    'a list is longer than its schema says',
  );
  return items.slice(0, size);
}

/** How long a list may be according to its schema; null when that says nothing. */
export function assumedSizeOf({ astNode }: GraphQLField<unknown, unknown>): number | null {
  const directive = astNode?.directives?.find(({ name }) => name.value === 'listSize');
  const size = argumentOf(directive, 'assumedSize');
  return size?.kind === 'IntValue' ? Number(size.value) : null;
}

const isList = ({ type }: GraphQLField<unknown, unknown>): boolean =>
  isListType(type) || (isNonNullType(type) && isListType(type.ofType));

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value;
