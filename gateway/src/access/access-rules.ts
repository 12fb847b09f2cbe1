import { type ConstDirectiveNode, type DocumentNode, Kind, type ValueNode } from 'graphql';
import { namesOfDirectives } from '../supergraph/specification-names.ts';

/** What a viewer needs for an element: to be signed in, and one of these lists of scopes in full. */
export interface Requirement {
  readonly scopes: readonly (readonly string[])[] | null;
}

export interface AccessRules {
  /** True when nothing in the supergraph asks for anything. */
  readonly empty: boolean;
  /** Everything that must hold to read a field; empty for a public one. */
  of(typeName: string, fieldName: string): readonly Requirement[];
}

const NOTHING: readonly Requirement[] = [];

/**
 * Reads `@authenticated` and `@requiresScopes` from the supergraph. A requirement on a type holds
 * for every field that returns it. A field of an interface asks for what any implementation asks,
 * so that no fragment opens a side door.
 */
export function accessRulesOf(supergraph: DocumentNode): AccessRules {
  const authenticated = namesOfDirectives(supergraph, 'authenticated', ['authenticated']).get(
    'authenticated',
  );
  const requiresScopes = namesOfDirectives(supergraph, 'requiresScopes', ['requiresScopes']).get(
    'requiresScopes',
  );
  const requirementOf = (directives: readonly ConstDirectiveNode[] | undefined): Requirement[] =>
    (directives ?? []).flatMap(({ name, arguments: given }): Requirement[] => {
      if (name.value === requiresScopes) return [{ scopes: scopeLists(given?.[0]?.value) }];
      return name.value === authenticated ? [{ scopes: null }] : [];
    });

  const ofTypes = new Map<string, Requirement[]>();
  const ofFields = new Map<string, Requirement[]>();
  const returned = new Map<string, string>();
  const interfacesOf = new Map<string, string[]>();
  for (const definition of supergraph.definitions) {
    if (!('name' in definition) || !definition.name || !('directives' in definition)) continue;
    const typeName = definition.name.value;
    const required = requirementOf(definition.directives as readonly ConstDirectiveNode[]);
    if (required.length > 0) ofTypes.set(typeName, required);
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    )
      continue;
    interfacesOf.set(
      typeName,
      (definition.interfaces ?? []).map(({ name }) => name.value),
    );
    for (const field of definition.fields ?? []) {
      const key = `${typeName}.${field.name.value}`;
      returned.set(key, namedType(field.type));
      const own = requirementOf(field.directives);
      if (own.length > 0) ofFields.set(key, own);
    }
  }
  for (const [typeName, interfaces] of interfacesOf) {
    for (const [key, required] of [...ofFields]) {
      const [owner, field] = key.split('.');
      if (owner !== typeName) continue;
      for (const name of interfaces) {
        const inherited = `${name}.${field}`;
        if (returned.has(inherited))
          ofFields.set(inherited, [...(ofFields.get(inherited) ?? []), ...required]);
      }
    }
  }
  const all = new Map<string, readonly Requirement[]>();
  for (const [key, type] of returned) {
    const required = [...(ofFields.get(key) ?? []), ...(ofTypes.get(type) ?? [])];
    if (required.length > 0) all.set(key, required);
  }
  return {
    empty: all.size === 0,
    of: (typeName, fieldName) => all.get(`${typeName}.${fieldName}`) ?? NOTHING,
  };
}

function namedType(type: import('graphql').TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function scopeLists(value: ValueNode | undefined): string[][] {
  if (value?.kind !== Kind.LIST) return [];
  return value.values.map((list) =>
    list.kind === Kind.LIST
      ? list.values.flatMap((scope) => (scope.kind === Kind.STRING ? [scope.value] : []))
      : [],
  );
}
