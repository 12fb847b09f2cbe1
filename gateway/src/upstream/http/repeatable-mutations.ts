import { createBoundedCache } from '@souk/engine';
import {
  type DocumentNode,
  type FieldNode,
  Kind,
  type ObjectValueNode,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { ownProperty } from '../../own-property.ts';

/**
 * Arguments that make a mutation happen once, however often it is sent: either of the field itself or of an
 * input object that is its argument (gateway/README.md).
 */
const KEYS: ReadonlySet<string> = new Set(['idempotencyKey', 'clientMessageId']);

interface MutationRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variablesText?: string | undefined;
}

type Variables = Readonly<Record<string, unknown>>;
/** Whether a field has been given a key, according to the request's variables. */
type HasKey = (variables: Variables) => boolean;

const MOST_DOCUMENTS = 500;
const known = createBoundedCache<string, readonly HasKey[]>(MOST_DOCUMENTS);

/** Whether every field of a mutation has been given a key, so that it may be sent again. */
export function happensOnce({ query, operationName, variablesText }: MutationRequest): boolean {
  const name = `${operationName ?? ''}\n${query}`;
  const fields = known.get(name) ?? fieldsOf(parse(query), operationName).map(keyOf);
  known.set(name, fields);
  const variables: Variables = variablesText === undefined ? {} : JSON.parse(variablesText);
  return fields.length > 0 && fields.every((hasKey) => hasKey(variables));
}

function fieldsOf(document: DocumentNode, operationName: string | undefined): FieldNode[] {
  const operation = document.definitions.find(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.MUTATION &&
      (operationName === undefined || definition.name?.value === operationName),
  );
  const within = (set: SelectionSetNode): FieldNode[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      if (selection.kind === Kind.INLINE_FRAGMENT) return within(selection.selectionSet);
      const fragment = document.definitions.find(
        (definition) =>
          definition.kind === Kind.FRAGMENT_DEFINITION &&
          definition.name.value === selection.name.value,
      );
      return fragment?.kind === Kind.FRAGMENT_DEFINITION ? within(fragment.selectionSet) : [];
    });
  const fields =
    operation?.kind === Kind.OPERATION_DEFINITION ? within(operation.selectionSet) : [];
  return fields.filter(({ name }) => name.value !== '__typename');
}

function keyOf({ arguments: given = [] }: FieldNode): HasKey {
  const places = given.flatMap(({ name, value }): HasKey[] => {
    if (KEYS.has(name.value)) return [givenBy(value)];
    if (value.kind === Kind.OBJECT) return keysIn(value);
    if (value.kind !== Kind.VARIABLE) return [];
    const variable = value.name.value;
    return [(variables) => hasKeyIn(ownProperty(variables, variable))];
  });
  return (variables) => places.some((hasKey) => hasKey(variables));
}

const keysIn = ({ fields }: ObjectValueNode): HasKey[] =>
  fields.flatMap(({ name, value }) => (KEYS.has(name.value) ? [givenBy(value)] : []));

function givenBy(value: ValueNode): HasKey {
  if (value.kind === Kind.VARIABLE)
    return (variables) => isKey(ownProperty(variables, value.name.value));
  const isGiven = value.kind === Kind.STRING || value.kind === Kind.INT;
  return () => isGiven;
}

const isKey = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

const hasKeyIn = (input: unknown): boolean =>
  typeof input === 'object' &&
  input !== null &&
  Object.entries(input).some(([name, value]) => KEYS.has(name) && isKey(value));
