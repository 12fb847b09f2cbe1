import {
  BreakingChangeType,
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** How two versions of the API differ for clients, one sentence per change. */
export interface ApiChanges {
  /** An operation that was valid may now be refused, or answered differently. */
  readonly breaking: readonly string[];
  /** Operations stay valid; a client that does not expect the change may still fail. */
  readonly dangerous: readonly string[];
  readonly added: readonly string[];
  readonly deprecated: readonly string[];
}

/** Comparing in reverse, removals become additions. */
const REMOVALS: readonly string[] = [
  BreakingChangeType.TYPE_REMOVED,
  BreakingChangeType.FIELD_REMOVED,
  BreakingChangeType.ARG_REMOVED,
  BreakingChangeType.VALUE_REMOVED_FROM_ENUM,
  BreakingChangeType.TYPE_REMOVED_FROM_UNION,
  BreakingChangeType.IMPLEMENTED_INTERFACE_REMOVED,
  BreakingChangeType.DIRECTIVE_REMOVED,
];

/** Compares two versions of the API document, as kept in `api.graphql`. */
export function apiChanges(before: string, after: string): ApiChanges {
  const [old, fresh] = [before, after].map((sdl) => buildSchema(sdl, { assumeValid: true })) as [
    GraphQLSchema,
    GraphQLSchema,
  ];
  const known = deprecationsOf(old);
  return {
    breaking: findBreakingChanges(old, fresh).map(({ description }) => description),
    dangerous: findDangerousChanges(old, fresh).map(({ description }) => description),
    added: findBreakingChanges(fresh, old)
      .filter(({ type }) => REMOVALS.includes(type))
      .map(({ description }) => description.replace(/ removed\b/, ' added')),
    deprecated: [...deprecationsOf(fresh)]
      .filter(([place]) => !known.has(place))
      .map(([place, reason]) => `${place} is deprecated: ${reason}`),
  };
}

/**
 * The changes as readable text: a heading for each kind and a line for each change; empty when there are
 * none.
 */
export function printApiChanges(changes: ApiChanges): string {
  const headings: [string, readonly string[]][] = [
    ['Breaks clients', changes.breaking],
    ['May surprise clients', changes.dangerous],
    ['New to clients', changes.added],
    ['Newly deprecated', changes.deprecated],
  ];
  return headings
    .filter(([, lines]) => lines.length > 0)
    .map(([heading, lines]) => `${heading}:\n${lines.map((line) => `  ${line}`).join('\n')}`)
    .join('\n');
}

function deprecationsOf(schema: GraphQLSchema): Map<string, string> {
  const found = new Map<string, string>();
  for (const type of Object.values(schema.getTypeMap())) {
    const members =
      isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
        ? Object.values(type.getFields())
        : isEnumType(type)
          ? type.getValues()
          : [];
    for (const { name, deprecationReason } of members) {
      if (deprecationReason) found.set(`${type.name}.${name}`, deprecationReason);
    }
  }
  return found;
}
