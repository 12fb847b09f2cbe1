import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/**
 * A subscription to a root field that selects whatever can be reached within so many fields, apart
 * from what depends on the viewer by its directives. A field that joins the schema later is in it.
 */
export function wholeSubscription(schema: GraphQLSchema, field: string, depth: number): string {
  const root = schema.getSubscriptionType()?.getFields()[field];
  if (!root) throw new Error(`There is no subscription ${field}.`);
  const variables = root.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const args = root.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = selectionOf(getNamedType(root.type), schema, depth - 1);
  return `subscription (${variables}) { ${field}(${args}) ${selection} }`;
}

/** Empty where nothing can be selected within the depth. */
function selectionOf(type: GraphQLNamedType, schema: GraphQLSchema, depth: number): string {
  if (depth === 0) return '';
  if (isAbstractType(type)) {
    const fragments = schema
      .getPossibleTypes(type)
      .map((each) => `... on ${each.name} ${selectionOf(each, schema, depth)}`);
    return `{ __typename ${fragments.join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).flatMap((field) => {
    if (dependsOnViewer(field) || field.args.some(isRequiredArgument)) return [];
    // Fields of one name may differ from type to type of a union, which one name may not.
    const alias = `${type.name}_${field.name}: ${field.name}`;
    const of = getNamedType(field.type);
    if (isLeafType(of)) return [alias];
    const selection = selectionOf(of, schema, depth - 1);
    return selection === '' ? [] : [`${alias} ${selection}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

const dependsOnViewer = ({ astNode }: GraphQLField<unknown, unknown>): boolean =>
  astNode?.directives?.some(
    ({ name, arguments: args }) =>
      ['authenticated', 'requiresScopes'].includes(name.value) ||
      (name.value === 'tag' &&
        args?.some(({ value }) => value.kind === 'StringValue' && value.value === 'viewer')),
  ) ?? false;
