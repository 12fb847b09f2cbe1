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

/** The fields of a thing in which somebody sees something, of all fields that the rows name. */
export async function fieldsSeen(
  souk: RunningSouk,
  schema: GraphQLSchema,
  of: Pick<TypeRows, 'type' | 'args'> & { readonly id: string; readonly fields: readonly string[] },
  token: string | null,
): Promise<Set<string>> {
  const type = schema.getType(of.type) as GraphQLObjectType;
  const selections = of.fields.map((name) => {
    const field = type.getFields()[name];
    if (!field) throw new Error(`${of.type} has no field ${name}.`);
    return selectionOf(field, of.args[name]);
  });
  const query = `{ node(id: "${of.id}") { ... on ${of.type} { ${selections.join(' ')} } } }`;
  const { status, data, errors } = await souk.graphql(query, {}, token);
  if (status >= 400) throw new Error(`${query}: ${JSON.stringify(errors)}`);
  // A field that breaks for somebody is not one that is kept from them.
  const broken = (errors ?? []).filter(({ extensions }) => !isRefusal(extensions.code));
  if (broken.length > 0) throw new Error(`${query}: ${JSON.stringify(broken)}`);
  const thing = data?.node ?? {};
  return new Set(of.fields.filter((name) => !isNothing(thing[name])));
}
