import {
  type DocumentNode,
  type FormattedExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { setOwnProperty } from '../own-property.ts';
import type { AdmittedOperation } from './refuse-fields.ts';

type Path = readonly (string | number)[];
type Value = unknown;

/** Says that a value is missing where none may be, so that whatever holds it is null instead. */
const ABSENT = Symbol('absent');

/**
 * Puts null where a refused field's placeholder came back, with an error, and lets it rise to the
 * nearest nullable field as GraphQL has it for any failed field.
 */
export function nullRefusedFields(
  result: FormattedExecutionResult,
  { document, refused }: AdmittedOperation,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): FormattedExecutionResult {
  if (refused.length === 0 || !result.data) return result;
  const fragments = fragmentsOf(document);
  const errors: GraphQLFormattedError[] = [];
  const byAlias = new Map(refused.map((field) => [field.alias, field]));

  const object = (value: Record<string, Value>, places: readonly Place[], path: Path): Value => {
    const fields = fieldsOf(places, schema, fragments);
    const kept: Record<string, Value> = {};
    const nulled = new Set<string>();
    let absent = false;
    for (const [key, item] of Object.entries(value)) {
      const field = byAlias.get(key);
      if (field) {
        // Selected in several places, it is one field all the same.
        if (nulled.has(field.responseKey)) continue;
        errors.push(refusalError(field.code, [...path, field.responseKey]));
        nulled.add(field.responseKey);
        setOwnProperty(kept, field.responseKey, null);
        absent ||= field.nonNull;
        continue;
      }
      if (nulled.has(key)) continue;
      const found = fields.get(key);
      const completed = found ? complete(item, found.type, found.places, [...path, key]) : item;
      absent ||= completed === ABSENT;
      setOwnProperty(kept, key, completed === ABSENT ? null : completed);
    }
    return absent ? ABSENT : kept;
  };

  const complete = (
    value: Value,
    type: GraphQLOutputType,
    places: readonly Place[],
    path: Path,
  ): Value => {
    if (isNonNullType(type)) {
      const completed = nullable(value, type.ofType, places, path);
      return completed === null && value !== null ? ABSENT : completed;
    }
    return nullable(value, type, places, path);
  };
  /** As `complete`, for a position that may hold null: it takes what would otherwise rise. */
  const nullable = (
    value: Value,
    type: GraphQLOutputType,
    places: readonly Place[],
    path: Path,
  ): Value => {
    if (value === null || value === undefined) return value;
    if (isListType(type)) {
      if (!Array.isArray(value)) return value;
      const items = value.map((item, index) =>
        complete(item, type.ofType, places, [...path, index]),
      );
      return items.includes(ABSENT) ? null : items;
    }
    if (places.length === 0 || typeof value !== 'object') return value;
    const completed = object(value as Record<string, Value>, places, path);
    return completed === ABSENT ? null : completed;
  };

  const root = schema.getRootType(operation.operation);
  if (!root) return result;
  const data = object(
    result.data,
    [{ typeName: root.name, selections: operation.selectionSet.selections }],
    [],
  );
  const all = [...errors, ...(result.errors ?? [])];
  return {
    ...result,
    data: data === ABSENT ? null : (data as Record<string, unknown>),
    // None, where what a refused field would have been of is not there: then nothing is told of it.
    errors: all.length > 0 ? all : undefined,
  };
}

/** Selections on one type that together fill one object. */
interface Place {
  readonly typeName: string;
  readonly selections: readonly SelectionNode[];
}

interface FieldPlaces {
  readonly type: GraphQLOutputType;
  readonly places: Place[];
}

/**
 * Every field by its response key, whatever type its fragment is for: fields with the same key
 * have the same nullability and lists, or the operation would not be valid.
 */
function fieldsOf(
  places: readonly Place[],
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Map<string, FieldPlaces> {
  const fields = new Map<string, FieldPlaces>();
  const add = ({ typeName, selections }: Place): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const parent = schema.getType(typeName);
        const type =
          isObjectType(parent) || isInterfaceType(parent)
            ? parent.getFields()[selection.name.value]?.type
            : undefined;
        if (!type) continue;
        const key = selection.alias?.value ?? selection.name.value;
        const field = fields.get(key) ?? { type, places: [] };
        fields.set(key, field);
        const named = getNamedType(type);
        if (selection.selectionSet && isCompositeType(named)) {
          field.places.push({
            typeName: named.name,
            selections: selection.selectionSet.selections,
          });
        }
      } else {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (!fragment) continue;
        add({
          typeName: fragment.typeCondition?.name.value ?? typeName,
          selections: fragment.selectionSet.selections,
        });
      }
    }
  };
  places.forEach(add);
  return fields;
}

const fragmentsOf = ({ definitions }: DocumentNode) =>
  new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION
        ? [[definition.name.value, definition] as const]
        : [],
    ),
  );

const MESSAGES = {
  UNAUTHENTICATED: 'Sign in to read this.',
  FORBIDDEN: 'Your account may not read this.',
} as const;

const refusalError = (code: keyof typeof MESSAGES, path: Path): GraphQLFormattedError => ({
  message: MESSAGES[code],
  path,
  extensions: { code },
});
