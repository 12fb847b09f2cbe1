import { namesOfDirectives } from '@souk/engine';
import { type ConstDirectiveNode, type DocumentNode, Kind, type ValueNode } from 'graphql';

/**
 * What a viewer needs for an element: to be signed in and, where scopes are named, to hold one of these lists
 * in full.
 */
export interface Requirement {
  readonly scopes: readonly (readonly string[])[] | null;
}

export interface AccessRules {
  /** True when nothing in the supergraph requires anything. */
  readonly empty: boolean;
  /** All requirements for reading a field; empty for a public one. */
  of(typeName: string, fieldName: string): readonly Requirement[];
}

const NOTHING: readonly Requirement[] = [];

/**
 * Reads `@authenticated` and `@requiresScopes` from the supergraph. A requirement on a type applies to every
 * field that returns the type and to each of the type's own fields, since fragments reach those through
 * unions and interfaces. A field of an interface requires what any implementation requires, so that no
 * fragment bypasses a requirement. The reverse does not hold: composition allows requirements on object types
 * only, and gives an interface those of all its implementations.
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
  /** By type, then field: what the type and the field themselves require. */
  const ofFields = new Map<string, Map<string, Requirement[]>>();
  const returned = new Map<string, string>();
  const implementations: { typeName: string; interfaceName: string }[] = [];
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
    for (const { name } of definition.interfaces ?? []) {
      implementations.push({ typeName, interfaceName: name.value });
    }
    const fields = new Map<string, Requirement[]>();
    ofFields.set(typeName, fields);
    for (const field of definition.fields ?? []) {
      returned.set(`${typeName}.${field.name.value}`, namedType(field.type));
      fields.set(field.name.value, [...required, ...requirementOf(field.directives)]);
    }
  }
  const all = new Map<string, readonly Requirement[]>();
  const add = (key: string, required: readonly Requirement[]) => {
    if (required.length > 0) all.set(key, [...(all.get(key) ?? []), ...required]);
  };
  for (const [typeName, fields] of ofFields) {
    for (const [field, required] of fields) add(`${typeName}.${field}`, required);
  }
  for (const { typeName, interfaceName } of implementations) {
    for (const [field, required] of ofFields.get(typeName) ?? []) {
      if (ofFields.get(interfaceName)?.has(field)) add(`${interfaceName}.${field}`, required);
    }
  }
  for (const [key, type] of returned) add(key, ofTypes.get(type) ?? NOTHING);
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
