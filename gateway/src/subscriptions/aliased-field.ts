import { type FieldNode, Kind } from 'graphql';

export const nameNode = (value: string) => ({ kind: Kind.NAME, value }) as const;

/** A field that the gateway requests for its own use, under its own response key. */
export const aliasedField = (alias: string, field: string): FieldNode => ({
  kind: Kind.FIELD,
  alias: nameNode(alias),
  name: nameNode(field),
});
