import type { Variables } from '@souk/engine';
import type { OpenSpan } from '@souk/runtime/telemetry';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { addressKey } from '../../limits/rates/address-key.ts';
import type { Operation, OperationRequest } from '../../pipeline/operation.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { Refusal } from '../../pipeline/refusal.ts';
import type { Cancellation } from '../../subscriptions/cancellation.ts';
import { codesIn } from '../../telemetry/error-codes.ts';
import { type GatewayContext, sharingKeyOf } from '../../upstream/context.ts';
import { RequestFailure } from '../http/request-failure.ts';
import { authentic } from '../http/request-viewer.ts';
import type { ClientConnection } from './client-connection.ts';

/** A query or mutation that came on a socket and may run. */
export interface AdmittedAnswer {
  readonly operation: Operation;
  readonly cost: number;
  /** Null where the client does not wait for it any more. */
  answer(cancellation: Cancellation): Promise<SingleAnswer | null>;
}

export interface SingleAnswer {
  /** What an HTTP response would have: an answer with data has 200. */
  readonly status: number;
  readonly body: string;
  readonly codes: readonly string[];
}

export interface AnswerRequest {
  readonly requestId: string;
  readonly variables: Variables;
  readonly connection: ClientConnection;
  readonly address: string;
  readonly span: OpenSpan | null;
}

export interface AnswerDeps {
  readonly pipeline: Pipeline;
  /** Milliseconds until it is answered, whatever is missing. */
  readonly eventTimeoutMs: number;
}

/** The steps of the pipeline for an operation that has been understood, in the order of HTTP. */
export async function admitAnswer(
  operation: Operation,
  asked: AnswerRequest,
  deps: AnswerDeps,
): Promise<AdmittedAnswer | Refusal> {
  const { admit } = deps.pipeline;
  const { connection, address } = asked;
  const request = admit.variables(operation, asked.variables);
  if (request instanceof Refusal) return request;
  const isChange = operation.type === OperationTypeNode.MUTATION;
  const signedOut = await refusalOfSession(connection, isChange, request.cost);
  if (signedOut) return signedOut;
  const refusal = await admit.request(request, { address, viewer: connection.viewer });
  if (refusal) return refusal;
  return {
    operation,
    cost: request.cost,
    answer: (cancellation) => answer(request, asked, deps, cancellation),
  };
}

/** A request by HTTP brings its token, whose session is looked up; a socket brought it once. */
async function refusalOfSession(
  connection: ClientConnection,
  isChange: boolean,
  cost: number,
): Promise<Refusal | null> {
  try {
    await authentic(() => connection.assertSignedIn(isChange));
    return null;
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    const { code, message, extensions } = error;
    const refusal = new GraphQLError(message, { extensions: { ...extensions, code } });
    return new Refusal([refusal], { cost });
  }
}

/**
 * A query is dropped when its client leaves it. A mutation that has begun is done, as it would be for a
 * client of HTTP who hangs up: nobody could tell what of it had happened.
 */
function answer(
  request: OperationRequest,
  { requestId, connection, address, span }: AnswerRequest,
  { pipeline, eventTimeoutMs }: AnswerDeps,
  cancellation: Cancellation,
): Promise<SingleAnswer | null> {
  const { viewer } = connection;
  const isChange = request.operation.type === OperationTypeNode.MUTATION;
  const leaving = isChange ? null : new AbortController();
  return new Promise((resolve) => {
    const done = (answer: SingleAnswer | null): void => {
      cancellation.notify(null);
      span?.end(answer?.codes[0]);
      resolve(answer);
    };
    cancellation.notify({
      cancelled: () => {
        leaving?.abort();
        done(null);
      },
    });
    const context: GatewayContext = {
      requestId,
      viewer,
      clientAddress: isChange ? addressKey(address) : undefined,
      deadlineAt: Date.now() + eventTimeoutMs,
      sharingKey: sharingKeyOf(viewer),
      ...(leaving ? { signal: leaving.signal } : {}),
      trace: span?.context,
    };
    pipeline.run(request, context, (status, body, _, isPlain = false) =>
      done({ status, body, codes: isPlain ? [] : codesIn(body) }),
    );
  });
}
