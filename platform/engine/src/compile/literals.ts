import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  print,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { freeName, namesIn } from './free-names.ts';

/**
 * Literals of custom scalars. The planner would parse and print them, which changes large numbers; and a
 * subgraph that refuses one would refuse the whole document, although the gateway wrote it. Therefore they
 * are replaced by variables while an operation is planned and sent, with the text that the client wrote.
 */
export interface Literals {
  /** By the name of the variable that replaces the literal. */
  readonly values: ReadonlyMap<string, ValueNode>;
  /** The default values of the client's variables as they were written, by name. */
  readonly defaults: ReadonlyMap<string, ValueNode>;
}

export function withoutLiterals(
  document: DocumentNode,
  operationName: string | undefined,
  schema: GraphQLSchema,
): Literals & { readonly document: DocumentNode } {
  const { variables: taken } = namesIn(document);
  /** By type and text, since equal fields must stay equal. */
  const names = new Map<string, string>();
  const values = new Map<string, ValueNode>();
  const defaults = new Map<string, ValueNode>();
  const added: VariableDefinitionNode[] = [];

  const variableFor: Replace = (node, typeName) => {
    const key = `${typeName} ${print(node)}`;
    let name = names.get(key);
    if (name === undefined) {
      name = freeName((number) => `literal_${number}`, taken, names.size);
      names.set(key, name);
      values.set(name, node);
      added.push(definitionOf(name, typeName));
    }
    return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } };
  };
  const typeInfo = new TypeInfo(schema);
  const replaced = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: (field) => {
        if (!field.arguments?.length) return undefined;
        const types = new Map(typeInfo.getFieldDef()?.args.map(({ name, type }) => [name, type]));
        const given = field.arguments.map((argument) => {
          const value = replaceScalars(argument.value, types.get(argument.name.value), variableFor);
          return value === argument.value ? argument : { ...argument, value };
        });
        const isSame = given.every((argument, index) => argument === field.arguments?.[index]);
        return isSame ? undefined : { ...field, arguments: given };
      },
    }),
  );

  const definitions = replaced.definitions.map((definition) => {
    const isPlanned =
      definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === operationName;
    if (!isPlanned) return definition;
    const own = (definition.variableDefinitions ?? []).map((each): VariableDefinitionNode => {
      if (!each.defaultValue) return each;
      defaults.set(each.variable.name.value, each.defaultValue);
      const type = typeFromAST(schema, each.type as never) as GraphQLInputType | undefined;
      const defaultValue = replaceScalars(each.defaultValue, type, () => ZERO);
      return { ...each, defaultValue: defaultValue as typeof each.defaultValue };
    });
    return { ...definition, variableDefinitions: [...own, ...added] };
  });
  return { document: { ...replaced, definitions }, values, defaults };
}

/** Returns the replacement of a literal. */
type Replace = (node: ValueNode, typeName: string) => ValueNode;

/** The planner accepts any value, but there must be one. */
const ZERO: ValueNode = { kind: Kind.INT, value: '0' };

/** The value with its scalars replaced; the same node if it has none. */
function replaceScalars(
  node: ValueNode,
  type: GraphQLInputType | undefined,
  replace: Replace,
): ValueNode {
  if (type === undefined || node.kind === Kind.VARIABLE || node.kind === Kind.NULL) return node;
  if (isNonNullType(type)) return replaceScalars(node, type.ofType, replace);
  if (isListType(type)) {
    if (node.kind !== Kind.LIST) {
      // A variable, unlike a literal, is never coerced to a list of one.
      const value = replaceScalars(node, type.ofType, replace);
      return value === node ? node : { kind: Kind.LIST, values: [value] };
    }
    const values = node.values.map((value) => replaceScalars(value, type.ofType, replace));
    return values.every((value, index) => value === node.values[index])
      ? node
      : { ...node, values };
  }
  if (isInputObjectType(type)) {
    if (node.kind !== Kind.OBJECT) return node;
    const types = type.getFields();
    const fields = node.fields.map((field) => {
      const value = replaceScalars(field.value, types[field.name.value]?.type, replace);
      return value === field.value ? field : { ...field, value };
    });
    return fields.every((field, index) => field === node.fields[index])
      ? node
      : { ...node, fields };
  }
  return isScalarType(type) && !isSpecifiedScalarType(type) ? replace(node, type.name) : node;
}

const definitionOf = (name: string, typeName: string): VariableDefinitionNode => ({
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
  type: {
    kind: Kind.NON_NULL_TYPE,
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: typeName } },
  },
});

/** A literal as JSON; numbers keep their text, whose syntax is the same in GraphQL and JSON. */
export function literalText(
  node: ValueNode,
  variableText: (name: string) => string | undefined,
): string | undefined {
  switch (node.kind) {
    case Kind.VARIABLE:
      return variableText(node.name.value);
    case Kind.NULL:
      return 'null';
    case Kind.INT:
    case Kind.FLOAT:
      return node.value;
    case Kind.LIST:
      return `[${node.values.map((value) => literalText(value, variableText) ?? 'null').join()}]`;
    case Kind.OBJECT: {
      const members = node.fields.flatMap(({ name, value }) => {
        const text = literalText(value, variableText);
        return text === undefined ? [] : [`${JSON.stringify(name.value)}:${text}`];
      });
      return `{${members.join()}}`;
    }
    default:
      return JSON.stringify(node.value);
  }
}
