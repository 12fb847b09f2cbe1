import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  getNullableType,
  isListType,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { responseName } from './free-names.ts';
import { argumentOf } from './given-arguments.ts';
import { holdingSets } from './holding-sets.ts';
import { isStreamed, streamOf } from './streamed-lists.ts';

/**
 * The rules of the specification for `@stream` that graphql 16 does not check: it is used on lists, the initial
 * count is not negative, and a streamed list has a single selection.
 */
export const StreamRule: ValidationRule = (context) => ({
  Field: (field) => {
    const stream = streamOf(field);
    if (!stream) return;
    const type = context.getType();
    if (type && !isListType(getNullableType(type))) {
      const name = field.name.value;
      const message = `Only lists can be streamed: "${name}" is ${type}.`;
      context.reportError(new GraphQLError(message, { nodes: stream }));
    }
    const count = argumentOf(stream, 'initialCount');
    if (count?.kind === Kind.INT && Number(count.value) < 0) {
      context.reportError(new GraphQLError(NO_NEGATIVE_COUNT, { nodes: count }));
    }
  },
  Document: { leave: (document) => reportOverlaps(context, document) },
});

export const NO_NEGATIVE_COUNT = 'The initialCount of a @stream must not be negative.';

/** The most selections that are compared, fragments wherever they are spread; useful operations have far fewer. */
const MOST_SELECTIONS = 5_000;

/**
 * A streamed response name has a single selection, whatever the types of its objects. The items of two selections would
 * arrive at different times and could not be merged.
 */
function reportOverlaps(context: ValidationContext, document: DocumentNode): void {
  const holdsStream = holdingSets(isStreamed, (name) => context.getFragment(name));
  const reported = new Set<FieldNode>();
  let left = MOST_SELECTIONS;

  const collect = (
    set: SelectionSetNode,
    into: Map<string, Set<FieldNode>>,
    seen: Set<SelectionSetNode>,
  ): void => {
    // A fragment that is spread again, or within itself, adds nothing.
    if (seen.has(set)) return;
    seen.add(set);
    left -= set.selections.length;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = responseName(selection);
        into.set(name, (into.get(name) ?? new Set()).add(selection));
        continue;
      }
      const below =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection.selectionSet
          : context.getFragment(selection.name.value)?.selectionSet;
      if (below) collect(below, into, seen);
    }
  };
  const look = (sets: readonly SelectionSetNode[]): void => {
    if (left < 0 || !sets.some(holdsStream)) return;
    const fields = new Map<string, Set<FieldNode>>();
    const seen = new Set<SelectionSetNode>();
    for (const set of sets) collect(set, fields, seen);
    for (const [name, nodes] of fields) {
      const streamed = [...nodes].find(isStreamed);
      if (streamed && nodes.size > 1 && !reported.has(streamed)) {
        reported.add(streamed);
        const message = `Fields "${name}" conflict because they have overlapping stream directives. Use different aliases on the fields to fetch both if this was intentional.`;
        context.reportError(new GraphQLError(message, { nodes: [...nodes] }));
      }
      look([...nodes].flatMap(({ selectionSet }) => selectionSet ?? []));
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) look([definition.selectionSet]);
  }
  if (left < 0) {
    const message = `At most ${MOST_SELECTIONS} selections in an operation with streamed lists.`;
    const extensions = { code: 'DEFER_LIMIT', limit: 'streams' };
    context.reportError(new GraphQLError(message, { nodes: [], extensions }));
  }
}
