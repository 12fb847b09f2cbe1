import {
  operationOf,
  type PreparedOperation,
  parseExactly,
  type SubgraphResponse,
  type Variables,
} from '@souk/engine';
import type { DocumentNode, FormattedExecutionResult, GraphQLError } from 'graphql';
import { nullRefusedFields } from './access/null-refused-fields.ts';
import { type AdmittedOperation, refuseFields } from './access/refuse-fields.ts';
import type { GatewayContext } from './context.ts';
import type { LoadedSupergraph } from './supergraph/loaded-supergraph.ts';

/** An operation as this viewer may run it: what they may not read is refused already. */
export interface AdmittedExecution {
  readonly prepared: PreparedOperation;
  readonly admitted: AdmittedOperation;
}

export interface OperationText {
  readonly source: string;
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
}

/**
 * The one place where client operations meet the execution engine: access rules before, refused
 * fields after.
 */
export async function admit(
  { engine, access }: LoadedSupergraph,
  { source, document, operationName }: OperationText,
  context: GatewayContext,
): Promise<AdmittedExecution | readonly GraphQLError[]> {
  const operation = operationOf(document, operationName);
  const admitted = operation
    ? refuseFields(document, operation, engine.apiSchema, access, context.viewer)
    : { document, refused: [] };
  const text = admitted.refused.length > 0 || source === '' ? admitted.document : source;
  const prepared = await engine.prepare(text, operationName);
  return prepared.kind === 'failed' ? prepared.errors : { prepared, admitted };
}

/** The text of a whole response that needs nothing more done to it. */
export class AnswerText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Runs a query or mutation: as text when that is what the engine has, else as a result. */
export async function execute(
  supergraph: LoadedSupergraph,
  operation: OperationText & { variables: Variables },
  context: GatewayContext,
): Promise<FormattedExecutionResult | AnswerText> {
  const admission = await admit(supergraph, operation, context);
  if (!('prepared' in admission)) return { errors: admission.map((error) => error.toJSON()) };
  const { variables } = operation;
  const text = await supergraph.engine.executeToText(admission.prepared, variables, context);
  const untouched = admission.admitted.refused.length === 0 && text.startsWith('{"data":');
  if (untouched) return new AnswerText(text);
  return completed(supergraph, admission, parseExactly(text) as FormattedExecutionResult);
}

/** Runs what an upstream event leaves to do. */
export async function completeEvent(
  supergraph: LoadedSupergraph,
  admission: AdmittedExecution,
  variables: Variables,
  event: SubgraphResponse,
  context: GatewayContext,
): Promise<FormattedExecutionResult> {
  const { prepared } = admission;
  const { engine } = supergraph;
  const text = await engine.completeEventToText(prepared, variables, event, context);
  return completed(supergraph, admission, parseExactly(text) as FormattedExecutionResult);
}

function completed(
  { engine }: LoadedSupergraph,
  { prepared, admitted }: AdmittedExecution,
  result: FormattedExecutionResult,
): FormattedExecutionResult {
  if (admitted.refused.length === 0) return result;
  return nullRefusedFields(result, admitted, prepared.operation, engine.apiSchema);
}
