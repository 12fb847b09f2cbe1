import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { DomainError } from '../domain/errors/domain-error.ts';
import { allOf, type CurrentThings } from '../domain/errors/several-errors.ts';
import { assumedSizeOf } from './bounded-lists.ts';

/**
 * The one wrapper at the boundary of mutations: an expected `DomainError` whose type belongs to the payload's
 * `errors` becomes data, and so do several mistakes of one input; every other error remains a top-level
 * GraphQL error. For a conflict, `current` reads the object's present state into the payload. Of more
 * mistakes than the list of errors may hold, only the first are returned: their number is the client's doing,
 * and not an error of ours to be logged.
 */
export function answerExpectedFailuresAsData(
  schema: GraphQLSchema,
  current: CurrentThings = {},
): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const payload = getNamedType(field.type);
    const errorTypes = errorTypesOf(payload);
    if (errorTypes.size === 0 || !isObjectType(payload)) continue;
    const most = assumedSizeOf(payload.getFields().errors as GraphQLField<unknown, unknown>);
    const emptyPayload = emptyValuesOf(Object.values(payload.getFields()));
    const resolve = field.resolve ?? defaultFieldResolver;
    const read = current[field.name];
    field.resolve = async (source, args, context, info) => {
      try {
        return await resolve(source, args, context, info);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        const mistakes = allOf(error);
        if (!mistakes.every(({ type }) => errorTypes.has(type))) throw error;
        const errors = mistakes
          .slice(0, most ?? undefined)
          .map(({ type, code, message, argumentPath, data }) => ({
            __typename: type,
            code,
            message,
            path: argumentPath,
            ...data,
          }));
        const inConflict = mistakes.some(({ category }) => category === 'CONFLICT');
        const now = inConflict && read ? await read(args as never, context as never) : {};
        return { ...emptyPayload, ...now, errors };
      }
    };
  }
  return schema;
}

function errorTypesOf(payload: GraphQLNamedType): Set<string> {
  if (!isObjectType(payload)) return new Set();
  const errors = payload.getFields().errors;
  if (!errors) return new Set();
  const member = getNamedType(errors.type);
  const types = isUnionType(member) ? member.getTypes() : [member];
  return new Set(types.map(({ name }) => name));
}

/** What a failed payload contains in its non-null fields. */
function emptyValuesOf(fields: readonly { name: string; type: GraphQLOutputType }[]) {
  const empty: Record<string, unknown> = {};
  for (const { name, type } of fields) {
    if (!isNonNullType(type)) continue;
    if (isListType(type.ofType)) empty[name] = [];
    else if (getNamedType(type).name === 'Boolean') empty[name] = false;
    else if (getNamedType(type).name === 'Int') empty[name] = 0;
  }
  return empty;
}
