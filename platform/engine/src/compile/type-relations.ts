import type { DocumentNode } from 'graphql';

/** Answers subtype questions about the types of a document. */
export interface TypeRelations {
  isSubtype(typename: string, ofType: string): boolean;
}

/** It collects what types declare: the interfaces they implement and the members of unions. */
export function createTypeRelations(document: DocumentNode): TypeRelations {
  const subtypes = new Map<string, Set<string>>();
  const add = (ofType: string, typename: string): void => {
    const known = subtypes.get(ofType);
    if (known) known.add(typename);
    else subtypes.set(ofType, new Set([typename]));
  };
  for (const definition of document.definitions) {
    if ('interfaces' in definition)
      for (const { name } of definition.interfaces ?? []) add(name.value, definition.name.value);
    if ('types' in definition)
      for (const { name } of definition.types ?? []) add(definition.name.value, name.value);
  }
  return {
    isSubtype: (typename, ofType) =>
      typename === ofType || (subtypes.get(ofType)?.has(typename) ?? false),
  };
}
