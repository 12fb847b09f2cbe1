import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { StreamRule } from '../../src/compile/stream-rule.ts';
import type { Random } from './random.ts';

export interface RandomOperation {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

/** Names that an operation draws from; what is used up is numbered. */
export interface Names {
  readonly aliases: readonly string[];
  readonly variables: readonly string[];
  readonly fragments: readonly string[];
  /** How often a field has an alias. */
  readonly aliased: number;
  /** How often a fragment is deferred; never by default. */
  readonly deferred?: number;
  /** How often a list is streamed; never by default. */
  readonly streamed?: number;
}

export const PLAIN_NAMES: Names = {
  aliases: ['a', 'b', 'name', 'id'],
  variables: [],
  fragments: [],
  aliased: 0.15,
};

const RULES = [...specifiedRules, StreamRule];

/** A valid query over the schema: aliases, fragments, arguments, variables, conditions. */
export function randomOperation(
  schema: GraphQLSchema,
  random: Random,
  names: Names = PLAIN_NAMES,
): RandomOperation {
  for (;;) {
    const operation = attempt(schema, random, names);
    if (validate(schema, parse(operation.text), RULES).length === 0) return operation;
  }
}

function attempt(schema: GraphQLSchema, random: Random, names: Names): RandomOperation {
  const declarations: string[] = [];
  const variables: Record<string, unknown> = {};
  const fragments: string[] = [];

  const variable = (type: string, value: unknown): string => {
    const name = names.variables[declarations.length] ?? `v${declarations.length}`;
    declarations.push(`$${name}: ${type}`);
    variables[name] = value;
    return `$${name}`;
  };

  const condition = (): string => {
    if (!random.chance(0.08)) return '';
    const value = random.chance(0.5);
    const text = random.chance(0.5) ? String(value) : variable('Boolean!', value);
    return ` @${random.pick(['skip', 'include'])}(if: ${text})`;
  };

  let labels = 0;
  const later = (directive: 'defer' | 'stream', more: readonly string[] = []): string => {
    const value = random.chance(0.8);
    const given = random.chance(0.5) ? [] : [`if: ${variable('Boolean', value)}`];
    if (random.chance(0.5)) {
      labels += 1;
      given.push(`label: "part ${labels}"`);
    }
    given.push(...more);
    return ` @${directive}${given.length > 0 ? `(${given.join()})` : ''}`;
  };
  const defer = (): string => (random.chance(names.deferred ?? 0) ? later('defer') : '');
  const stream = (type: GraphQLOutputType): string => {
    const isList = isListType(getNullableType(type));
    if (!isList || !names.streamed || !random.chance(names.streamed)) return '';
    const count = random.below(3);
    const text = random.chance(0.3) ? variable('Int', count) : String(count);
    return later('stream', random.chance(0.3) ? [] : [`initialCount: ${text}`]);
  };

  const argument = ({ name, type, defaultValue }: GraphQLArgument): string | undefined => {
    const optional = !isNonNullType(type) || defaultValue !== undefined;
    if (optional && random.chance(0.4)) return undefined;
    const value = randomInput(type, random);
    return `${name}: ${random.chance(0.3) ? variable(String(type), value) : literal(type, value)}`;
  };

  const field = (definition: GraphQLField<unknown, unknown>, depth: number): string => {
    const named = getNamedType(definition.type);
    const given = definition.args.map(argument).filter((text) => text !== undefined);
    const alias = random.chance(names.aliased) ? `${random.pick(names.aliases)}: ` : '';
    const call = `${alias}${definition.name}${given.length > 0 ? `(${given.join(', ')})` : ''}`;
    const below = isCompositeType(named) ? ` ${selection(named, depth - 1)}` : '';
    return `${call}${condition()}${stream(definition.type)}${below}`;
  };

  const selection = (type: GraphQLNamedType, depth: number): string => {
    const parts: string[] = [];
    if (!isUnionType(type) && 'getFields' in type) {
      const all = Object.values(type.getFields()) as GraphQLField<unknown, unknown>[];
      const usable = all.filter(({ type }) => depth > 0 || !isCompositeType(getNamedType(type)));
      if (usable.length > 0) {
        for (const one of random.some(usable, 4)) parts.push(field(one, depth));
      }
    }
    if (isAbstractType(type)) {
      for (const possible of random.some(schema.getPossibleTypes(type), 2)) {
        parts.push(fragment(possible, depth));
      }
    } else if (isObjectType(type) && random.chance(names.deferred ? 0.2 : 0.1)) {
      parts.push(fragment(random.pick([type, ...type.getInterfaces()]), depth));
    }
    if (parts.length === 0 || random.chance(0.1)) {
      const alias = random.chance(names.aliased) ? `${random.pick(names.aliases)}: ` : '';
      parts.push(`${alias}__typename`);
    }
    return `{ ${parts.join(' ')} }`;
  };

  const fragment = (type: GraphQLNamedType, depth: number): string => {
    const inner = selection(type, depth);
    if (random.chance(0.7)) {
      return `... on ${type.name}${condition()}${defer()} ${inner}`;
    }
    const name = names.fragments[fragments.length] ?? `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${type.name} ${inner}`);
    return `...${name}${condition()}${defer()}`;
  };

  const query = schema.getQueryType() as GraphQLNamedType;
  const schemaFields = random.chance(names.aliased)
    ? ` ${random.pick(names.aliases)}: __type(name: "${random.pick(['User', 'Book', 'None'])}") { name kind }`
    : '';
  const body = selection(query, 2 + random.below(4)).replace(/ }$/, `${schemaFields} }`);
  const declared = declarations.length > 0 ? `(${declarations.join(', ')})` : '';
  return { text: [`query Random${declared} ${body}`, ...fragments].join('\n'), variables };
}

function randomInput(type: GraphQLInputType, random: Random): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [randomInput(nullable.ofType, random)];
  if (isEnumType(nullable)) return random.pick(nullable.getValues()).name;
  switch (String(nullable)) {
    case 'Int':
      return random.below(5);
    case 'Boolean':
      return random.chance(0.5);
    case 'Float':
      return random.below(100) / 4;
    default:
      return String(1 + random.below(8));
  }
}

function literal(type: GraphQLInputType, value: unknown): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return `[${(value as unknown[]).map((element) => literal(nullable.ofType, element)).join()}]`;
  }
  return isEnumType(nullable) ? String(value) : JSON.stringify(value);
}
