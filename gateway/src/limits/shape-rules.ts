import { type GraphQLError, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { OperationLimits } from './limits.ts';
import type { OperationShape } from './operation-shape.ts';
import { refusal } from './refusal.ts';

/** What is wrong with an operation's shape: one refusal for each limit that it exceeds. */
export function shapeProblems(
  shape: OperationShape,
  { operation }: OperationDefinitionNode,
  limits: OperationLimits,
  onlyOnce: ReadonlySet<string>,
): GraphQLError[] {
  const problems: GraphQLError[] = [];
  const check = (limit: keyof OperationShape & keyof OperationLimits, noun: string) => {
    if (shape[limit] <= limits[limit]) return;
    problems.push(refusal(`The operation has too ${noun}: at most ${limits[limit]}.`, { limit }));
  };
  check('depth', 'many levels');
  check('height', 'many fields');
  check('aliases', 'many aliases');
  check('directives', 'many directives in one place');
  check('directivesInAll', 'many directives');
  check('introspectionHeight', 'many introspection fields');
  const roots = operation === OperationTypeNode.SUBSCRIPTION ? 1 : limits.rootFields;
  if (shape.rootFields > roots) {
    problems.push(
      refusal(`The operation has too many root fields: at most ${roots}.`, { limit: 'rootFields' }),
    );
  }
  const guarded = [...shape.rootFieldNames].filter(([name]) => onlyOnce.has(name));
  if (guarded.reduce((sum, [, times]) => sum + times, 0) > 1) {
    const names = guarded.map(([name]) => name).join(', ');
    problems.push(
      refusal(`A request may contain only one of these: ${names}.`, { limit: 'onlyOnce' }),
    );
  }
  return problems;
}
