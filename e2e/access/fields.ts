import { insist } from '@souk/testkit';
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { RunningSouk } from '../running-souk.ts';
import { isNothing, isRefusal } from './ask.ts';
import type { TypeRows } from './rows.ts';

/** A field, with what is asked of a thing that it leads to. */
function selectionOf(
  { name, type, args: wanted }: GraphQLField<unknown, unknown>,
  args: string | undefined,
): string {
  if (wanted.some(isRequiredArgument) && args === undefined) {
    throw new Error(`${name} needs "args" in its row.`);
  }
  const call = args === undefined ? name : `${name}(${args})`;
  const named = getNamedType(type);
  if (isLeafType(named)) return call;
  const isPage = isObjectType(named) && /Connection$/.test(named.name);
  return `${call} { ${isPage ? 'edges { __typename }' : '__typename'} }`;
}

/** A thing, with the fields of it that the rows name. */
export type AskedThing = Pick<TypeRows, 'type' | 'args'> & {
  readonly id: string;
  readonly fields: readonly string[];
};

/** The fields in which somebody sees something, of each of some things, which are asked for in one operation. */
export async function fieldsSeen(
  souk: RunningSouk,
  schema: GraphQLSchema,
  things: readonly AskedThing[],
  token: string | null,
): Promise<readonly ReadonlySet<string>[]> {
  const nodes = things.map((thing, at) => `n${at}: ${nodeOf(schema, thing)}`);
  const query = `{ ${nodes.join('\n')} }`;
  const { status, data, errors } = await insist(() => souk.graphql(query, {}, token));
  if (status >= 400 || !data) throw new Error(`${query}: ${JSON.stringify(errors)}`);
  // A field that breaks for somebody is not one that is kept from them.
  const broken = (errors ?? []).filter(({ extensions }) => !isRefusal(extensions.code));
  if (broken.length > 0) throw new Error(`${query}: ${JSON.stringify(broken)}`);
  return things.map(({ fields }, at) => {
    const thing = data[`n${at}`] ?? {};
    return new Set(fields.filter((name) => !isNothing(thing[name])));
  });
}

function nodeOf(schema: GraphQLSchema, { type: name, args, id, fields }: AskedThing): string {
  const type = schema.getType(name) as GraphQLObjectType;
  const selections = fields.map((field) => {
    const definition = type.getFields()[field];
    if (!definition) throw new Error(`${name} has no field ${field}.`);
    return selectionOf(definition, args[field]);
  });
  return `node(id: "${id}") { ... on ${name} { ${selections.join(' ')} } }`;
}
