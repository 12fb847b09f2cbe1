import {
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import type { Variables } from '../operation.ts';
import {
  ExactNumber,
  mayChangeNumbers,
  parseExactly,
  stringifyExactly,
  textAt,
} from './exact-json.ts';

/**
 * A request's variables are checked as JavaScript values, but sent on as the client wrote them:
 * 9007199254740993 for a custom scalar is a number that only its subgraph can interpret. The texts that
 * JavaScript would change are kept with the variables under this symbol, which is copied by spreading and
 * skipped by `JSON.stringify`.
 */
const EXACT = Symbol('variables with exact numbers');

interface Exact {
  /** The JavaScript values at that time: a variable with a different value now has been replaced. */
  readonly values: Variables;
  readonly exact: Variables;
}

interface WithExact extends Variables {
  readonly [EXACT]?: Exact;
}

/**
 * To be called where variables are parsed, with the JSON text that contains them at `path`. Returns the
 * variables.
 */
export function keepNumbers(
  variables: Variables,
  text: string,
  path: readonly string[] = [],
): Variables {
  if (!mayChangeNumbers(text)) return variables;
  const exact = exactValueAt(text, path);
  if (typeof exact !== 'object' || exact === null || !holdsExactNumber(exact)) return variables;
  return { ...variables, [EXACT]: { values: variables, exact } };
}

function exactValueAt(text: string, path: readonly string[]): unknown {
  try {
    const own = textAt(text, path);
    return own === undefined ? undefined : parseExactly(own);
  } catch (error) {
    // Nested so deeply that it will be refused for that reason.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function holdsExactNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof ExactNumber || Object.values(value).some(holdsExactNumber);
}

/** Equal for equal variables. */
export function variablesKey(variables: Variables): string {
  const kept = (variables as WithExact)[EXACT];
  const text = JSON.stringify(variables);
  return kept ? `${text}\n${stringifyExactly(kept.exact)}` : text;
}

/** A variable as JSON text, as it is sent to subgraphs; undefined when it is not given. */
export function variableText(
  variables: Variables,
  name: string,
  definitions: readonly VariableDefinitionNode[] | undefined,
  schema: GraphQLSchema,
): string | undefined {
  if (!Object.hasOwn(variables, name)) return undefined;
  const value = variables[name];
  const kept = (variables as WithExact)[EXACT];
  const isKept = kept && Object.hasOwn(kept.values, name) && kept.values[name] === value;
  if (!isKept) return JSON.stringify(value);
  const definition = definitions?.find(({ variable }) => variable.name.value === name);
  // The type may be any of three kinds of node, which are separate overloads of typeFromAST.
  const type = definition && typeFromAST(schema, definition.type as never);
  return stringifyExactly(asTypeReads(kept.exact[name], type as GraphQLInputType | undefined));
}

/**
 * Exact numbers are for custom scalars, and ids are strings. An Int or Float is sent as the JavaScript value,
 * since that is what was checked.
 */
function asTypeReads(value: unknown, type: GraphQLInputType | undefined): unknown {
  if (value === null || type === undefined) return value;
  if (isNonNullType(type)) return asTypeReads(value, type.ofType);
  if (isListType(type)) {
    return Array.isArray(value)
      ? value.map((element) => asTypeReads(element, type.ofType))
      : asTypeReads(value, type.ofType);
  }
  if (isInputObjectType(type)) {
    if (typeof value !== 'object') return value;
    const fields = type.getFields();
    const members = Object.entries(value as Variables);
    return Object.fromEntries(
      members.map(([name, member]) => [name, asTypeReads(member, fields[name]?.type)]),
    );
  }
  if (!(value instanceof ExactNumber)) return value;
  if (isScalarType(type) && !isSpecifiedScalarType(type)) return value;
  return type.name === 'ID' && WHOLE.test(value.text) ? value.text : Number(value.text);
}

const WHOLE = /^-?\d+$/;
