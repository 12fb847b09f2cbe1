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
import { isDefer, isNever } from './conditions.ts';

/** Deferred fragments of one operation, each counted as often as its fragment is spread. */
const MOST_DEFERS = 32;

/**
 * The rules of the specification for `@defer` that graphql 16 does not check: labels are unique strings, root
 * fields of mutations are not deferred since they run in order, and no event of a subscription comes in
 * parts.
 */
export const DeferRule: ValidationRule = (context) => {
  const labelled = new Map<string, DirectiveNode>();
  const counted = new Map<string, number>();
  return {
    Directive: (directive) => {
      if (!isDefer(directive)) return;
      checkLabel(context, directive, labelled);
      const parent = context.getParentType();
      if (parent && parent === context.getSchema().getMutationType()) {
        const message =
          'Root fields of mutations cannot be deferred: they run one after the other.';
        context.reportError(new GraphQLError(message, { nodes: directive }));
      }
    },
    OperationDefinition: (operation) => {
      if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
        return reportInSubscription(context, operation);
      }
      if (countDefers(context, operation.selectionSet, counted) <= MOST_DEFERS) return;
      const message = `At most ${MOST_DEFERS} deferred fragments in one operation.`;
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
  const label = directive.arguments?.find(({ name }) => name.value === 'label')?.value;
  if (label?.kind === Kind.VARIABLE) {
    const message = 'The label of a @defer must be written out: it cannot be a variable.';
    context.reportError(new GraphQLError(message, { nodes: directive }));
  }
  if (label?.kind !== Kind.STRING) return;
  const other = labelled.get(label.value);
  if (!other) {
    labelled.set(label.value, directive);
    return;
  }
  const message = `There can be only one @defer labelled "${label.value}".`;
  context.reportError(new GraphQLError(message, { nodes: [other, directive] }));
}

function reportInSubscription(
  context: ValidationContext,
  operation: OperationDefinitionNode,
): void {
  const report = {
    Directive: (directive: DirectiveNode) => {
      if (!isDefer(directive) || isNever(directive)) return;
      const message = 'Nothing is deferred in subscriptions: each event comes whole.';
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
function countDefers(
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
    const count = fragment ? countDefers(context, fragment.selectionSet, counted) : 0;
    counted.set(name, count);
    return count;
  };
  const of = (selection: SelectionNode): number => {
    const below =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? ofFragment(selection.name.value)
        : selection.selectionSet
          ? countDefers(context, selection.selectionSet, counted)
          : 0;
    const isOwn = selection.directives?.some((each) => isDefer(each) && !isNever(each));
    return below + (isOwn ? 1 : 0);
  };
  return set.selections.reduce((sum, selection) => sum + of(selection), 0);
}
