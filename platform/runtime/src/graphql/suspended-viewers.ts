import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { refuseSuspended } from '../domain/viewer.ts';
import { tagsOf } from './field-tags.ts';
import { guardField } from './guard-field.ts';
import type { RequestContext } from './request-context.ts';

/** On mutations that suspended people may still use, such as to delete their account. */
const WHILE_SUSPENDED = 'while-suspended';

/** The right that a suspension leaves. */
const READ = 'READ';

/**
 * Shows suspended people only the right to read (`viewerCan`, `viewerCan…`): clients show actions according
 * to these rights, and every mutation would be refused.
 */
export function showSuspendedNoRights(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (/^viewerCan([A-Z]|$)/.test(field.name)) leaveReading(field);
    }
  }
  return schema;
}

function leaveReading(field: GraphQLField<unknown, RequestContext>): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  const isOneRight = isScalarType(getNamedType(field.type));
  const ofReading = (rights: unknown): unknown => {
    if (isOneRight) return rights === null ? null : false;
    return Array.isArray(rights) ? rights.filter((right) => right === READ) : rights;
  };
  field.resolve = (source, args, context, info) => {
    const rights: unknown = resolve(source, args, context, info);
    // Few people are suspended: for all others, lists of objects with rights are resolved unchanged.
    return context.viewer?.suspended ? Promise.resolve(rights).then(ofReading) : rights;
  };
}

/**
 * Refuses the mutations of suspended people, except those with the tag `while-suspended`. To be added after
 * all other wrappers: the refusal ends the request, and is not a mistake in a form.
 */
export function refuseMutationsOfSuspended(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    if (tagsOf(field.astNode).includes(WHILE_SUSPENDED)) continue;
    guardField(field, refuseSuspended);
  }
  return schema;
}
