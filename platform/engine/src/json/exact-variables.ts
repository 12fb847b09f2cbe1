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
import type { Variables } from '../types.ts';
import {
  ExactNumber,
  mayChangeNumbers,
  parseExactly,
  stringifyExactly,
  textAt,
} from './exact-json.ts';

/**
 * A request's variables are looked at as JavaScript has them, but are sent on as the client wrote
 * them: 9007199254740993 for a scalar of the schema's own is a number that only its subgraph knows
 * how to read. What JavaScript would change is kept with the variables under this symbol, which
 * spreading copies and `JSON.stringify` passes over.
 */
const EXACT = Symbol('variables with exact numbers');

interface Exact {
  /** As JavaScript has them: a variable that is another by now has been replaced. */
  readonly values: Variables;
  readonly exact: Variables;
}

interface WithExact extends Variables {
  readonly [EXACT]?: Exact;
}

/**
 * To be called where variables are parsed, with the JSON text that they stand in, at `path`. Returns
 * the variables.
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
    // Nested so deeply that it will be refused for that.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function holdsExactNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof ExactNumber || Object.values(value).some(holdsExactNumber);
}

/** Equal for variables that say the same. */
export function variablesKey(variables: Variables): string {
  const kept = (variables as WithExact)[EXACT];
  const text = JSON.stringify(variables);
  return kept ? `${text}\n${stringifyExactly(kept.exact)}` : text;
}

/** A variable as JSON text, as it goes to subgraphs; undefined when it is not given. */
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
  // The type may be any of the three kinds of node, which the signatures of typeFromAST take apart.
  const type = definition && typeFromAST(schema, definition.type as never);
  return stringifyExactly(asTypeReads(kept.exact[name], type as GraphQLInputType | undefined));
}

/**
 * Exact numbers belong to scalars of the schema's own, and ids are texts. What is an Int or a Float
 * is what JavaScript makes of it, since the checks were made on that.
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
