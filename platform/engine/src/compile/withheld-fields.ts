import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { WithheldFields, WithheldReason } from '../operation.ts';

const NONE: ReadonlyMap<FieldNode, WithheldReason> = new Map();

/** The selections of a valid document that are withheld, without what is selected below them. */
export function withheldSelections(
  document: DocumentNode,
  schema: GraphQLSchema,
  fields: WithheldFields | undefined,
): ReadonlyMap<FieldNode, WithheldReason> {
  if (!fields) return NONE;
  const found = new Map<FieldNode, WithheldReason>();
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: (field) => {
        const parent = typeInfo.getParentType();
        const reason = parent && fields.reasonFor(parent.name, field.name.value);
        if (!reason) return undefined;
        found.set(field, reason);
        return false;
      },
    }),
  );
  return found;
}

/** The document to be planned: nothing is fetched for withheld fields. Selection sets may become empty. */
export const withoutSelections = (
  document: DocumentNode,
  selections: ReadonlyMap<FieldNode, unknown>,
): DocumentNode =>
  selections.size === 0
    ? document
    : visit(document, { Field: (field) => (selections.has(field) ? null : undefined) });
