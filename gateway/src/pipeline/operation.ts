import type { PreparedOperation, Variables } from '@souk/engine';
import type { Viewer } from '@souk/runtime/domain';
import type { DocumentNode, OperationDefinitionNode, OperationTypeNode } from 'graphql';
import type { WithheldFrom } from '../access/guarded-fields.ts';
import type { CheckVariables } from '../limits/guard.ts';
import type { GatewaySupergraph } from '../supergraph/gateway-supergraph.ts';

/**
 * What a client's text and the name of an operation in it stand for, understood once: well-formed,
 * valid, within the limits of its shape, its cost a function of its variables alone, who may read
 * what of it decided for each set of rights. Planned when it first runs.
 */
export interface Operation {
  readonly supergraph: GatewaySupergraph;
  /** Of the rules on what may run, when it was understood. */
  readonly edition: unknown;
  readonly text: string;
  readonly operationName: string | undefined;
  readonly type: OperationTypeNode;
  /** Alone, with the fragments that it uses. */
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** For somebody who may read all of it. */
  readonly prepared: PreparedOperation;
  readonly withheldFrom: WithheldFrom;
  readonly checkVariables: CheckVariables;
  /** How often it was run: what is used most is planned first when another supergraph comes. */
  readonly uses: { count: number };
}

/** An operation with its variables, which are in order, and what it may cost with them. */
export interface OperationRequest {
  readonly operation: Operation;
  readonly variables: Variables;
  readonly cost: number;
}

/** The operation as this viewer may run it. */
export function preparedFor(
  { prepared, withheldFrom }: Operation,
  viewer: Viewer | null,
): PreparedOperation {
  const withheld = withheldFrom(viewer);
  return withheld ? prepared.withholding(withheld) : prepared;
}
