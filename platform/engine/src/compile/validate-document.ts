import {
  type ASTNode,
  type ASTVisitor,
  type ASTVisitorKeyMap,
  assertValidSchema,
  BREAK,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  ValidationContext,
  type ValidationRule,
  visit,
} from 'graphql';

type Callback = (...given: Given) => unknown;
type Given = [
  node: ASTNode,
  key: string | number | undefined,
  parent: ASTNode | readonly ASTNode[] | undefined,
  path: readonly (string | number)[],
  ancestors: readonly (ASTNode | readonly ASTNode[])[],
];

/** What a rule does with nodes of one kind. */
interface Handler {
  readonly rule: Rule;
  readonly enter: Callback | undefined;
  readonly leave: Callback | undefined;
}

interface Rule {
  readonly visitor: ASTVisitor;
  /** The node below which a rule skips everything, or BREAK. */
  skipping: unknown;
}

/** Thrown when one error too many is found. */
const TOO_MANY = new Error('Too many errors.');
const STOPPED = 'Too many validation errors, error limit reached. Validation aborted.';

/**
 * The errors of a document by graphql-js's rules: at most `maxErrors`, and one more that says that validation
 * stopped. It does what graphql-js's `validate` does, which however asks each of some thirty rules about each
 * of 43 kinds before it begins and about every node again. That was most of the time for a usual operation.
 */
export function validateDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
  maxErrors: number,
): readonly GraphQLError[] {
  assertValidSchema(schema);
  const errors: GraphQLError[] = [];
  const typeInfo = new TypeInfo(schema);
  const context = new ValidationContext(schema, document, typeInfo, (error) => {
    if (errors.length >= maxErrors) {
      errors.push(new GraphQLError(STOPPED));
      throw TOO_MANY;
    }
    errors.push(error);
  });
  const handlers = handlersOf(rules.map((rule) => rule(context)));
  try {
    visit(
      document,
      {
        enter(...given) {
          const [node] = given;
          typeInfo.enter(node);
          for (const handler of handlers[node.kind] ?? NONE) entered(handler, given);
        },
        leave(...given) {
          const [node] = given;
          for (const handler of handlers[node.kind] ?? NONE) left(handler, given);
          typeInfo.leave(node);
        },
      },
      VALIDATED_KEYS,
    );
  } catch (error) {
    // A rule that evaluates something (such as the conditions of a subscription's fields) throws what is
    // wrong with it.
    const isAnswer = error === TOO_MANY || error instanceof GraphQLError;
    if (!isAnswer) throw error;
    if (errors.length === 0) errors.push(error as GraphQLError);
  }
  return errors;
}

const NONE: readonly Handler[] = [];

/**
 * The parts of an executable document that are validated: no descriptions, which must not affect validation,
 * and nothing within other definitions, whose presence is an error by itself.
 */
const VALIDATED_KEYS: ASTVisitorKeyMap = {
  Document: ['definitions'],
  OperationDefinition: ['name', 'variableDefinitions', 'directives', 'selectionSet'],
  VariableDefinition: ['variable', 'type', 'defaultValue', 'directives'],
  Variable: ['name'],
  SelectionSet: ['selections'],
  Field: ['alias', 'name', 'arguments', 'directives', 'selectionSet'],
  Argument: ['name', 'value'],
  FragmentSpread: ['name', 'directives'],
  InlineFragment: ['typeCondition', 'directives', 'selectionSet'],
  FragmentDefinition: ['name', 'typeCondition', 'directives', 'selectionSet'],
  ListValue: ['values'],
  ObjectValue: ['fields'],
  ObjectField: ['name', 'value'],
  Directive: ['name', 'arguments'],
  NamedType: ['name'],
  ListType: ['type'],
  NonNullType: ['type'],
};

function handlersOf(visitors: readonly ASTVisitor[]): Readonly<Record<string, readonly Handler[]>> {
  const handlers: Record<string, Handler[]> = {};
  const add = (kind: string, handler: Handler) => {
    const known = handlers[kind];
    if (known) known.push(handler);
    else handlers[kind] = [handler];
  };
  for (const visitor of visitors) {
    const rule: Rule = { visitor, skipping: null };
    const { enter, leave, ...kinds } = visitor as Readonly<Record<string, unknown>>;
    for (const [kind, given] of Object.entries(kinds)) {
      const callbacks = typeof given === 'function' ? { enter: given } : given;
      add(kind, { rule, enter: undefined, leave: undefined, ...(callbacks as Partial<Handler>) });
    }
    if (!enter && !leave) continue;
    // A rule's function for one kind takes precedence over its function for all kinds.
    for (const kind of Object.values(Kind)) {
      if (Object.hasOwn(kinds, kind)) continue;
      add(kind, { rule, enter: enter as Callback, leave: leave as Callback });
    }
  }
  return handlers;
}

function entered({ rule, enter }: Handler, given: Given): void {
  if (!enter || rule.skipping !== null) return;
  const outcome = enter.apply(rule.visitor, given);
  if (outcome === false) rule.skipping = given[0];
  else if (outcome === BREAK) rule.skipping = BREAK;
}

function left({ rule, leave }: Handler, given: Given): void {
  if (rule.skipping === given[0]) {
    rule.skipping = null;
    return;
  }
  if (!leave || rule.skipping !== null) return;
  if (leave.apply(rule.visitor, given) === BREAK) rule.skipping = BREAK;
}
