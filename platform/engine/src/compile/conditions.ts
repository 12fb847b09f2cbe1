import { type DirectiveNode, type DocumentNode, Kind, type SelectionNode, visit } from 'graphql';
import { argumentOf } from './given-arguments.ts';

/**
 * An operation with @skip and @include is really several operations, one for each outcome of its conditions.
 * Each is planned separately: nothing is fetched for a part that is left out, and what a field requires never
 * depends on the condition of another. The same goes for `@defer(if:)` and `@stream(if:)`, and for clients that
 * take a whole answer whatever is deferred or streamed.
 */
export type Conditions = Readonly<Record<string, unknown>>;

/** Whether an answer comes as a whole, or with its deferred and streamed parts later. */
export type Delivery = 'whole' | 'in parts';

const isCondition = (directive: DirectiveNode): boolean =>
  directive.name.value === 'skip' || directive.name.value === 'include';

export const isDefer = (directive: DirectiveNode): boolean => directive.name.value === 'defer';

/** Whether a fragment is deferred. */
export const isDeferred = ({ directives }: SelectionNode): boolean =>
  directives?.some(isDefer) === true;

export const isStream = (directive: DirectiveNode): boolean => directive.name.value === 'stream';

/** Whether a directive lets something come later: a fragment, or the items of a list. */
export const isIncremental = (directive: DirectiveNode): boolean =>
  isDefer(directive) || isStream(directive);

const conditionOf = (directive: DirectiveNode) => argumentOf(directive, 'if');

/** Names of the variables that conditions depend on. */
export function conditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: (directive) => {
      const value =
        isCondition(directive) || isIncremental(directive) ? conditionOf(directive) : undefined;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}

/**
 * The document without its conditions and without what they exclude. Selection sets may become empty. Every
 * @defer and @stream that is left in it applies.
 */
export const resolveConditions = (
  document: DocumentNode,
  values: Conditions,
  delivery: Delivery = 'whole',
): DocumentNode =>
  visit(document, {
    enter: (node) => {
      if (!isSelection(node) || !node.directives?.length) return undefined;
      if (!isIncluded(node.directives, values)) return null;
      const directives = node.directives.flatMap((directive): DirectiveNode[] => {
        if (isCondition(directive)) return [];
        if (!isIncremental(directive)) return [directive];
        return delivery === 'in parts' && holds(directive, values)
          ? [unconditional(directive)]
          : [];
      });
      return { ...node, directives };
    },
  });

/** The document with everything that its conditions could include, and nothing deferred or streamed. */
export const withoutConditions = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Directive: (directive) =>
      isCondition(directive) || isIncremental(directive) ? null : undefined,
  });

/** Whether anything in a document may be deferred or streamed. */
export function mayComeInParts(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Directive: (directive) => {
      if (isIncremental(directive) && !isNever(directive)) isFound = true;
    },
  });
  return isFound;
}

export const isNever = (directive: DirectiveNode): boolean => {
  const value = conditionOf(directive);
  return value?.kind === Kind.BOOLEAN && !value.value;
};

/** A condition that is not given is true, as the directive's default is. */
const holds = (directive: DirectiveNode, values: Conditions): boolean => {
  const value = conditionOf(directive);
  return value?.kind === Kind.VARIABLE ? values[value.name.value] !== false : !isNever(directive);
};

const unconditional = (directive: DirectiveNode): DirectiveNode => ({
  ...directive,
  arguments: directive.arguments?.filter(({ name }) => name.value !== 'if'),
});

const isSelection = (node: { kind: string }): node is SelectionNode =>
  node.kind === Kind.FIELD ||
  node.kind === Kind.INLINE_FRAGMENT ||
  node.kind === Kind.FRAGMENT_SPREAD;

const isIncluded = (directives: readonly DirectiveNode[], values: Conditions): boolean =>
  directives.filter(isCondition).every((directive) => {
    const value = conditionOf(directive);
    const isTrue =
      value?.kind === Kind.VARIABLE
        ? values[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    return isTrue === (directive.name.value === 'include');
  });

const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;

/** GraphQL has no empty selection sets, so the planner is given `__typename` in their place. */
export const withoutEmptySets = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet: {
      leave: (set) =>
        set.selections.length === 0 ? { ...set, selections: [TYPENAME] } : undefined,
    },
  });
