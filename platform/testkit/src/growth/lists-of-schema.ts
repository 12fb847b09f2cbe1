import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** Every list, as `Type.field`, that the roots and entities of a subgraph lead to. */
export function listsOfSchema(schema: GraphQLSchema): Set<string> {
  const lists = new Set<string>();
  const seen = new Set<GraphQLNamedType>();
  const enter = (type: GraphQLNamedType): void => {
    if (seen.has(type)) return;
    seen.add(type);
    if (isAbstractType(type)) for (const each of schema.getPossibleTypes(type)) enter(each);
    if (!isObjectType(type)) return;
    for (const field of Object.values(type.getFields()).filter(isAsked)) {
      if (isList(field.type)) lists.add(`${type.name}.${field.name}`);
      enter(getNamedType(field.type));
    }
  };
  for (const root of [schema.getQueryType(), schema.getType('_Entity')]) if (root) enter(root);
  return lists;
}

/** The lists among what these operations ask for. */
export function listsAskedFor(schema: GraphQLSchema, operations: readonly string[]): Set<string> {
  const asked = new Set<string>();
  const types = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(types, {
    Field: () => {
      const [type, field] = [types.getParentType(), types.getFieldDef()];
      if (type && field && isList(field.type)) asked.add(`${type.name}.${field.name}`);
    },
  });
  for (const operation of operations) visit(parse(operation), visitor);
  return asked;
}

/** Those of the federation itself ask for what the schema has anyway. */
const isAsked = ({ name }: GraphQLField<unknown, unknown>): boolean => !name.startsWith('_');

const isList = (type: GraphQLOutputType): boolean =>
  isListType(getNullableType(type)) || getNamedType(type).name.endsWith('Connection');
