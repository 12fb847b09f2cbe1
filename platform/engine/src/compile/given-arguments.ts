import { type DirectiveNode, type FieldNode, Kind, type ValueNode } from 'graphql';

/** What a field or a directive is given for an argument. */
export const argumentOf = (
  { arguments: given }: Pick<FieldNode | DirectiveNode, 'arguments'>,
  name: string,
): ValueNode | undefined => given?.find((argument) => argument.name.value === name)?.value;

/** The same for a string or an enum's value that is written out. */
export function textArgumentOf(
  node: Pick<FieldNode | DirectiveNode, 'arguments'>,
  name: string,
): string | undefined {
  const value = argumentOf(node, name);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}
