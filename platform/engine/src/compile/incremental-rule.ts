import {
  type DirectiveNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
  visit,
} from 'graphql';
import { isIncremental, isNever } from './conditions.ts';
import { argumentOf } from './given-arguments.ts';

/** Deferred fragments and streamed lists of one operation, each counted as often as its fragment is spread. */
const MOST_PLACES = 32;

/**
 * The rules of the specification for `@defer` and `@stream` that graphql 16 does not check: labels are unique strings,
 * root fields of mutations do not come later since they run in order, and no event of a subscription comes in
 * parts.
 */
export const IncrementalRule: ValidationRule = (context) => {
  const labelled = new Map<string, DirectiveNode>();
  const counted = new Map<string, number>();
  return {
    Directive: (directive) => {
      if (!isIncremental(directive)) return;
      checkLabel(context, directive, labelled);
      const parent = context.getParentType();
      if (parent && parent === context.getSchema().getMutationType()) {
        const message = `Root fields of mutations take no @${directive.name.value}: they run one after the other.`;
        context.reportError(new GraphQLError(message, { nodes: directive }));
      }
    },
    OperationDefinition: (operation) => {
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
        return reportInSubscription(context, operation);
      }
      if (countPlaces(context, operation.selectionSet, counted) <= MOST_PLACES) return;
      const message = `At most ${MOST_PLACES} deferred fragments and streamed lists in one operation.`;
      const extensions = { code: 'DEFER_LIMIT', limit: 'defers' };
      context.reportError(new GraphQLError(message, { nodes: operation, extensions }));
    },
  };
};

function checkLabel(
  context: ValidationContext,
  directive: DirectiveNode,
  labelled: Map<string, DirectiveNode>,
): void {
  const label = argumentOf(directive, 'label');
  if (label?.kind === Kind.VARIABLE) {
    const message = `The label of a @${directive.name.value} must be written out: it cannot be a variable.`;
    context.reportError(new GraphQLError(message, { nodes: directive }));
  }
  if (label?.kind !== Kind.STRING) return;
  const other = labelled.get(label.value);
  if (!other) {
    labelled.set(label.value, directive);
    return;
  }
  const message = `There can be only one @defer or @stream labelled "${label.value}".`;
  context.reportError(new GraphQLError(message, { nodes: [other, directive] }));
}

function reportInSubscription(
  context: ValidationContext,
  operation: OperationDefinitionNode,
): void {
  const report = {
    Directive: (directive: DirectiveNode) => {
      if (!isIncremental(directive) || isNever(directive)) return;
      const message = `No @${directive.name.value} in subscriptions: each event comes whole.`;
      const extensions = { code: 'OPERATION_NOT_SUPPORTED' };
      context.reportError(new GraphQLError(message, { nodes: directive, extensions }));
    },
  };
  visit(operation, report);
  for (const fragment of context.getRecursivelyReferencedFragments(operation)) {
    visit(fragment, report);
  }
}

/** Fragments that multiply each other are counted arithmetically, not by walking them again. */
function countPlaces(
  context: ValidationContext,
  set: SelectionSetNode,
  counted: Map<string, number>,
): number {
  const ofFragment = (name: string): number => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    // A fragment that contains itself is refused elsewhere.
    counted.set(name, 0);
    const fragment = context.getFragment(name);
    const count = fragment ? countPlaces(context, fragment.selectionSet, counted) : 0;
    counted.set(name, count);
    return count;
  };
  const of = (selection: SelectionNode): number => {
    const below =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? ofFragment(selection.name.value)
        : selection.selectionSet
          ? countPlaces(context, selection.selectionSet, counted)
          : 0;
    const isOwn = selection.directives?.some((each) => isIncremental(each) && !isNever(each));
    return below + (isOwn ? 1 : 0);
  };
  return set.selections.reduce((sum, selection) => sum + of(selection), 0);
}
