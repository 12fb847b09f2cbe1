import {
  type ConstDirectiveNode,
  type DocumentNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { argumentOf, textArgumentOf } from './given-arguments.ts';

/** A definition of a type with fields. */
export type FieldsNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

export const hasFields = (node: { kind: string }): node is FieldsNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;

export const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);

/** The subgraph that a join directive is about, as a value of `join__Graph`. */
export const graphOf = (join: ConstDirectiveNode): string | undefined => {
  const graph = argumentOf(join, 'graph');
  return graph?.kind === Kind.ENUM ? graph.value : undefined;
};

/** The subgraphs of a supergraph, in the order of `join__Graph`. */
export function subgraphsIn({ definitions }: DocumentNode): { name: string; url: string }[] {
  const graphs = definitions.flatMap((node) =>
    node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph'
      ? (node.values ?? [])
      : [],
  );
  return graphs.map((graph) => {
    const join = graph.directives?.find(({ name }) => name.value === 'join__graph');
    const name = join && textArgumentOf(join, 'name');
    const url = join && textArgumentOf(join, 'url');
    return { name: name ?? graph.name.value, url: url ?? '' };
  });
}

/** The selections of a key, or of what a field requires or provides; throws when the text is not valid. */
export function parseFieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{${text}}`, { noLocation: true }).definitions;
  return (definition as { selectionSet: SelectionSetNode }).selectionSet;
}

/** The field set that is an argument of a join directive, if it has one. */
export function fieldSetIn(join: ConstDirectiveNode, name: string): SelectionSetNode | undefined {
  const text = textArgumentOf(join, name);
  return text === undefined ? undefined : parseFieldSet(text);
}
