import type { ConstDirectiveNode, ConstValueNode } from 'graphql';

/** What a directive of a schema is given for an argument. The engine, which stands alone, has its own for documents. */
export const argumentOf = (
  directive: ConstDirectiveNode | undefined,
  name: string,
): ConstValueNode | undefined =>
  directive?.arguments?.find((argument) => argument.name.value === name)?.value;
