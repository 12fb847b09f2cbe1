import { type DocumentNode, Kind } from 'graphql';
import { namesOfDirectives } from '../supergraph/specification-names.ts';
import type { AccessRules } from './access-rules.ts';

/** The tag of fields whose values differ from viewer to viewer. */
const VIEWER_TAG = 'viewer';

/** Which fields may not be answered without knowing who asks. */
export interface ViewerFields {
  has(typeName: string, fieldName: string): boolean;
}

/**
 * Fields with `@tag(name: "viewer")`, and those that ask for a signed-in viewer or for scopes. A
 * field of an interface counts when that of any implementation does.
 */
export function viewerFieldsOf(supergraph: DocumentNode, access: AccessRules): ViewerFields {
  const tag = namesOfDirectives(supergraph, 'tag', ['tag']).get('tag');
  const tagged = new Set<string>();
  for (const definition of supergraph.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    )
      continue;
    for (const field of definition.fields ?? []) {
      const isTagged = field.directives?.some(
        ({ name, arguments: given }) =>
          name.value === tag &&
          given?.some(({ value }) => value.kind === Kind.STRING && value.value === VIEWER_TAG),
      );
      if (!isTagged) continue;
      const owners = [definition.name, ...(definition.interfaces ?? []).map(({ name }) => name)];
      for (const { value } of owners) tagged.add(`${value}.${field.name.value}`);
    }
  }
  return {
    has: (typeName, fieldName) =>
      tagged.has(`${typeName}.${fieldName}`) || access.of(typeName, fieldName).length > 0,
  };
}
