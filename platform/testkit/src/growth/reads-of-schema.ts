import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { GROWTH } from './grown.ts';

/** What a walk needs to know about the data. */
export interface Sample {
  /** Ids of entities, by type; each type of the schema that has a reference resolver needs some. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Values to ask with, by argument or by `Type.field.argument`; each is asked with by itself. */
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  /** Fields, as `Type.field`, that read up to a bound of their own and are left out, with where it is held. */
  readonly apart?: Readonly<Record<string, string>>;
  /** Lists, as `Type.field`, that no read of the walk comes to, with what bounds them. */
  readonly unread?: Readonly<Record<string, string>>;
  /**
   * Statements, by a piece of their text, that look up more for each row than two things by their indexes, with
   * the pages that takes.
   */
  readonly pagesPerRow?: Readonly<Record<string, number>>;
  /** Statements, by a piece of their text, that look up something for each row that a search found, with the pages that takes. */
  readonly pagesPerFound?: Readonly<Record<string, number>>;
  /**
   * Statements, by a piece of their text, that read up to a bound of their own whatever they give, with that bound in
   * pages and rows.
   */
  readonly boundedPages?: Readonly<Record<string, number>>;
  /** How many statements have a bound's piece, by what they read, where it is not one alone: one that is put together from parts. */
  readonly variants?: Readonly<Record<string, number>>;
  /** Rows that any page of a search may find by the index of words before they are put in order; all where nothing is said. */
  readonly mostFound?: number;
  /** Arguments that go together, by `Type.field`; asked with besides. */
  readonly together?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

/** One read of the graph: an operation and its variables. */
export interface Read {
  /** `Type.field(argument)`. */
  readonly name: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
  /** Where a connection is asked for: how to go on from it, both ways that it offers. */
  readonly connection: Connection | null;
}

interface Connection {
  readonly pages: readonly { readonly size: string; readonly cursor: string }[];
  /** This read with other arguments; a cursor belongs to only one of the entities. */
  with(given: Readonly<Record<string, unknown>>, entity?: number): Read;
  /** The same with nothing but the page's place, to go on quickly. */
  placesOnly(given: Readonly<Record<string, unknown>>, entity?: number): Read;
}

/** Rows of a page: few, so that reading a whole table for them is seen. */
export const PAGE = 5;
/**
 * How many steps from what is read it goes, for a field without arguments and for the first value of each. Each entity
 * is begun with, too, so that a step more reads by the same ways what was read: it is taken before a release.
 */
const DEPTH = GROWTH.report ? 3 : 2;
/**
 * How many it goes for further values of an argument: they choose other rows by the same way, and reading all
 * that lies further in for each of them took most of the time of a walk.
 */
const NEAR = 1;

/** Every field of every root and entity that reads more than the entity itself. */
export function readsOfSchema(schema: GraphQLSchema, sample: Sample): Read[] {
  const query = schema.getQueryType() as GraphQLObjectType;
  const roots = Object.values(query.getFields()).filter(({ name }) => !name.startsWith('_'));
  const entities = schema.getType('_Entity');
  const types = isUnionType(entities) ? entities.getTypes() : [];
  return [
    ...roots.flatMap((field) => readsOfField(query, field, sample)),
    ...types.flatMap((type) => {
      const fields = Object.values(type.getFields()).filter(
        (field) => isObjectType(getNamedType(field.type)) || field.args.length > 0,
      );
      if (fields.length > 0 && !sample.ids[type.name]) missing(`ids of ${type.name}`);
      return fields.flatMap((field) => readsOfField(type, field, sample));
    }),
  ];
}

function missing(what: string): never {
  throw new Error(`The walk needs ${what}.`);
}

function readsOfField(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  sample: Sample,
): Read[] {
  const plain = field.args.filter(({ name }) => !PAGING.includes(name));
  const required = plain.filter(
    (argument) => isNonNullType(argument.type) && argument.defaultValue === undefined,
  );
  const base = Object.fromEntries(
    required.map((argument) => [argument.name, valuesOf(type, field, argument, sample)[0]]),
  );
  const choices = plain.flatMap((argument) =>
    valuesOf(type, field, argument, sample).map((value, index) => ({
      given: { ...base, [argument.name]: value },
      depth: index === 0 ? DEPTH : NEAR,
    })),
  );
  // Optional arguments are left out; `product(id:, slug:)` needs one of its arguments.
  const isLookUp = plain.length > 0 && !isConnection(field.type) && required.length === 0;
  const together = sample.together?.[`${type.name}.${field.name}`] ?? [];
  const all = [
    ...(isLookUp ? [] : [{ given: base, depth: DEPTH }]),
    ...choices,
    ...together.map((given, index) => ({ given, depth: index === 0 ? DEPTH : NEAR })),
  ];
  return all.map(({ given, depth }) => {
    const sizes = field.args.some(({ name }) => name === 'first') ? { first: PAGE } : {};
    return readOf(type, field, { ...given, ...sizes }, { sample, depth });
  });
}

const PAGING = ['first', 'after', 'last', 'before'];

function valuesOf(
  { name: typeName }: GraphQLObjectType,
  { name: fieldName }: GraphQLField<unknown, unknown>,
  { name, type }: GraphQLArgument,
  { values }: Sample,
): readonly unknown[] {
  const given = values[`${typeName}.${fieldName}.${name}`] ?? values[name];
  if (given) return given;
  const named = getNamedType(type);
  const listed = isListType(isNonNullType(type) ? type.ofType : type);
  if (isEnumType(named)) {
    return named.getValues().map(({ name: value }) => (listed ? [value] : value));
  }
  if (isInputObjectType(named)) return missing(`values for ${typeName}.${fieldName}(${name}:)`);
  if (named.name === 'Boolean') return [true];
  return missing(`values for ${typeName}.${fieldName}(${name}:)`);
}

function readOf(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  given: Readonly<Record<string, unknown>>,
  { sample, depth, selection }: { sample: Sample; depth: number; selection?: string },
): Read {
  const args = field.args.filter(({ name }) => name in given);
  const declared = args.map(({ name, type }) => `$${name}: ${type}`);
  const used = args.map(({ name }) => `${name}: $${name}`);
  const call = `read: ${field.name}${used.length > 0 ? `(${used.join(', ')})` : ''} ${selection ?? selectionOf(field.type, depth, sample)}`;
  const isRoot = type.name === 'Query';
  const query = isRoot
    ? `query${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${call} }`
    : `query(${['$representations: [_Any!]!', ...declared].join(', ')}) {
        _entities(representations: $representations) { ... on ${type.name} { ${call} } } }`;
  const representations = isRoot
    ? {}
    : { representations: sample.ids[type.name]?.map((id) => ({ __typename: type.name, id })) };
  const names = field.args.map(({ name }) => name);
  const pages = [
    { size: 'first', cursor: 'after' },
    { size: 'last', cursor: 'before' },
  ].filter(({ size, cursor }) => names.includes(size) && names.includes(cursor));
  const others = Object.fromEntries(
    Object.entries(given).filter(([name]) => !PAGING.includes(name)),
  );
  const narrowedTo = (entity: number | undefined) => {
    const id = entity === undefined ? undefined : sample.ids[type.name]?.[entity];
    return id === undefined ? sample : { ...sample, ids: { ...sample.ids, [type.name]: [id] } };
  };
  return {
    name: `${type.name}.${field.name}(${Object.keys(given).join(', ')})`,
    query,
    variables: { ...given, ...representations },
    connection: isConnection(field.type)
      ? {
          pages,
          with: (more, entity) =>
            readOf(type, field, { ...others, ...more }, { sample: narrowedTo(entity), depth }),
          placesOnly: (more, entity) =>
            readOf(
              type,
              field,
              { ...others, ...more },
              { sample: narrowedTo(entity), depth, selection: PLACES },
            ),
        }
      : null,
  };
}

const PLACES = '{ edges { cursor } pageInfo { hasNextPage endCursor } }';

const isConnection = (type: GraphQLOutputType): boolean =>
  getNamedType(type).name.endsWith('Connection');

/** All there is that needs no arguments; connections with a page of their own. */
function selectionOf(type: GraphQLOutputType, depth: number, sample: Sample): string {
  const named = getNamedType(type);
  if (!isObjectType(named))
    return isUnionType(named) || 'getFields' in named ? '{ __typename }' : '';
  const parts = Object.values(named.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type);
    const isLeaf = !isObjectType(inner) && !isUnionType(inner) && !('getFields' in inner);
    const isNeeded = field.args.some(
      (argument) => isNonNullType(argument.type) && argument.defaultValue === undefined,
    );
    if (isNeeded || sample.apart?.[`${named.name}.${field.name}`]) return [];
    if (isLeaf) return [field.name];
    if (depth === 0) return [];
    const size = field.args.some(({ name }) => name === 'first') ? `(first: ${PAGE})` : '';
    // An edge and its node are one step.
    const next =
      named.name.endsWith('Connection') || named.name.endsWith('Edge') ? depth : depth - 1;
    return [`${field.name}${size} ${selectionOf(field.type, next, sample)}`];
  });
  return `{ ${['__typename', ...parts].join(' ')} }`;
}
