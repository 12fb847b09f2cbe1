import type { GraphQLSchema } from 'graphql';
import { refuseSuspended } from '../domain/viewer.ts';
import { tagsOf } from './field-tags.ts';
import { guardField } from './guard-field.ts';

/** On mutations that somebody who is suspended may still ask for, such as to delete their account. */
const WHILE_SUSPENDED = 'while-suspended';

/**
 * Refuses the mutations of people who are suspended, but for those with the tag `while-suspended`. To be
 * laid over all else: the refusal ends the request, and is no failure of a form.
 */
export function refuseMutationsOfSuspended(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    if (tagsOf(field.astNode).includes(WHILE_SUSPENDED)) continue;
    guardField(field, ({ viewer }) => refuseSuspended(viewer));
  }
  return schema;
}
