import { namesOfDirectives } from '@souk/engine';
import { type DocumentNode, type FieldDefinitionNode, Kind } from 'graphql';
import type { AccessRules } from './access-rules.ts';

/** The tag of fields whose values differ from viewer to viewer. */
const VIEWER_TAG = 'viewer';

/** Which fields may not be answered without knowing who asks. */
export interface ViewerFields {
  has(typeName: string, fieldName: string): boolean;
}

/**
 * Fields with `@tag(name: "viewer")`, and those that ask for a signed-in viewer or for scopes. A
 * tag on the field of an interface is one on that of each implementation, and a field of an
 * interface counts when that of any implementation does.
 */
export function viewerFieldsOf(supergraph: DocumentNode, access: AccessRules): ViewerFields {
  const tag = namesOfDirectives(supergraph, 'tag', ['tag']).get('tag');
  const isTagged = ({ directives }: FieldDefinitionNode) =>
    directives?.some(
      ({ name, arguments: given }) =>
        name.value === tag &&
        given?.some(({ value }) => value.kind === Kind.STRING && value.value === VIEWER_TAG),
    ) ?? false;
  const types = supergraph.definitions.filter(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
  const tagged = new Set<string>();
  for (const { name, fields = [] } of types) {
    for (const field of fields) {
      if (isTagged(field)) tagged.add(`${name.value}.${field.name.value}`);
    }
  }
  const declared = new Set(tagged);
  for (const { name, fields = [], interfaces = [] } of types) {
    const over = interfaces.map((each) => each.name.value);
    for (const { name: field } of fields) {
      const key = `${name.value}.${field.value}`;
      if (over.some((each) => declared.has(`${each}.${field.value}`))) tagged.add(key);
      if (declared.has(key)) for (const each of over) tagged.add(`${each}.${field.value}`);
    }
  }
  return {
    has: (typeName, fieldName) =>
      tagged.has(`${typeName}.${fieldName}`) || access.of(typeName, fieldName).length > 0,
  };
}
