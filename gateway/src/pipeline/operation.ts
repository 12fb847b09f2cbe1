import type { PreparedOperation, Variables } from '@souk/engine';
import type { Viewer } from '@souk/runtime/domain';
import { type DocumentNode, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { WithheldFrom } from '../access/guarded-fields.ts';
import type { CheckVariables } from '../limits/guard.ts';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';

/**
 * What a client's text and operation name stand for, understood once: well-formed, valid and within the
 * limits of its shape, with its cost as a function of its variables, and with what each set of rights may
 * read. It is planned when it first runs.
 */
export interface Operation {
  readonly supergraph: GatewaySupergraph;
  /** Identifies the rules on which operations may run, at the time it was understood. */
  readonly edition: unknown;
  readonly text: string;
  readonly operationName: string | undefined;
  readonly type: OperationTypeNode;
  /** Only this operation, with the fragments that it uses. */
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** For a viewer who may read all of it. */
  readonly prepared: PreparedOperation;
  readonly withheldFrom: WithheldFrom;
  readonly checkVariables: CheckVariables;
  /** How often it was run: the most used are planned first when a new supergraph comes. */
  readonly uses: { count: number };
}

/** An operation with variables that have been checked, and its cost with them. */
export interface OperationRequest {
  readonly operation: Operation;
  readonly variables: Variables;
  readonly cost: number;
}

export const isMutation = ({ type }: Operation): boolean => type === OperationTypeNode.MUTATION;

/** The operation as this viewer may run it. */
export function preparedFor(
  { prepared, withheldFrom }: Operation,
  viewer: Viewer | null,
): PreparedOperation {
  const withheld = withheldFrom(viewer);
  return withheld ? prepared.withholding(withheld) : prepared;
}
