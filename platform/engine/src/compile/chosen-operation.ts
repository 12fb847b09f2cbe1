import {
  type DocumentNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  separateOperations,
} from 'graphql';

/** The operation that a client asks for: the one it names, or the only one. */
export const operationOf = (
  document: DocumentNode,
  operationName: string | undefined,
): OperationDefinitionNode | null => getOperationAST(document, operationName) ?? null;

/**
 * A valid document without its other operations and the fragments that only they use, so that rewriting one
 * operation leaves no other inconsistent.
 */
export function documentOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const isAlone = document.definitions.every(
    (definition) => definition === operation || definition.kind !== Kind.OPERATION_DEFINITION,
  );
  if (isAlone) return document;
  return separateOperations(document)[operation.name?.value ?? ''] ?? document;
}
