import {
  errorsOfParts,
  type ResponseBody,
  type ResponseBytes,
  responseText,
  type Variables,
} from '@souk/engine';
import { STOPPED } from '@souk/runtime/async';
import type { OpenSpan } from '@souk/runtime/telemetry';
import { GraphQLError } from 'graphql';
import { addressKey } from '../../limits/rates/address-key.ts';
import { isMutation, type Operation, type OperationRequest } from '../../pipeline/operation.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { Refusal } from '../../pipeline/refusal.ts';
import type { Cancellation } from '../../subscriptions/cancellation.ts';
import { codesIn, codesOf } from '../../telemetry/error-codes.ts';
import { type GatewayContext, requestContext } from '../../upstream/context.ts';
import { RequestFailure } from '../http/request-failure.ts';
import { authentic } from '../http/request-viewer.ts';
import type { IncrementalFormat } from '../incremental/incremental-format.ts';
import type { ClientConnection } from './client-connection.ts';

/** A query or mutation that came on a socket and may run. */
export interface AdmittedAnswer {
  readonly operation: Operation;
  readonly cost: number;
  /** Null when the client no longer waits for it. */
  answer(cancellation: Cancellation): Promise<SingleAnswer | null>;
  /**
   * Delivers an answer in parts when something is deferred: all but the last go to `deliver`; null as above.
   */
  answerInParts(
    cancellation: Cancellation,
    deliver: (part: string) => void,
  ): Promise<SingleAnswer | null>;
}

export interface SingleAnswer {
  /** The status that an HTTP response would have: an answer with data has 200. */
  readonly status: number;
  /** JSON in UTF-8, valid until it is released. */
  readonly body: HeldBytes;
  readonly codes: readonly string[];
}

type HeldBytes = ReturnType<ResponseBytes['hold']>;

export interface AnswerRequest {
  readonly requestId: string;
  readonly variables: Variables;
  readonly connection: ClientConnection;
  readonly address: string;
  readonly userAgent: string | undefined;
  readonly span: OpenSpan | null;
  /** The format of an answer in parts. */
  readonly format: IncrementalFormat;
}

export interface AnswerDeps {
  readonly pipeline: Pipeline;
  /** Milliseconds until it is answered, even if parts are still missing. */
  readonly eventTimeoutMs: number;
}

/** The steps of the pipeline for an operation that has been understood, in the same order as for HTTP. */
export async function admitAnswer(
  operation: Operation,
  asked: AnswerRequest,
  deps: AnswerDeps,
): Promise<AdmittedAnswer | Refusal> {
  const { admit } = deps.pipeline;
  const { connection, address } = asked;
  const request = admit.variables(operation, asked.variables);
  if (request instanceof Refusal) return request;
  const signedOut = await refusalOfSession(connection, isMutation(operation), request.cost);
  if (signedOut) return signedOut;
  const refusal = await admit.request(request, { address, viewer: connection.viewer });
  if (refusal) return refusal;
  return {
    operation,
    cost: request.cost,
    answer: (cancellation) =>
      answerWhole(new AnswerRun(request, asked, deps, cancellation), request, deps.pipeline),
    answerInParts: (cancellation, deliver) => {
      const run = new AnswerRun(request, asked, deps, cancellation);
      return answerInParts(run, request, deps.pipeline, asked.format, deliver);
    },
  };
}

/** An HTTP request brings its token, whose session is looked up each time; a socket brought it once. */
async function refusalOfSession(
  connection: ClientConnection,
  mutates: boolean,
  cost: number,
): Promise<Refusal | null> {
  try {
    await authentic(() => connection.assertSignedIn(mutates));
    return null;
  } catch (error) {
    if (!(error instanceof RequestFailure)) throw error;
    const { code, message, extensions } = error;
    const refusal = new GraphQLError(message, { extensions: { ...extensions, code } });
    return new Refusal([refusal], { cost });
  }
}

/**
 * A query is dropped when its client completes it. A mutation that has begun is finished, as it is for an
 * HTTP client that disconnects: nobody could tell how much of it has happened. The deferred parts of its
 * answer are fetched afterwards and can be dropped.
 */
class AnswerRun {
  readonly context: GatewayContext;
  readonly answer: Promise<SingleAnswer | null>;
  readonly #leaving = new AbortController();
  readonly #codes = new Set<string>();
  #mayBeDropped: boolean;
  #isLeft = false;
  #settle: (answer: SingleAnswer | null) => void = () => {};

  constructor(
    { operation }: OperationRequest,
    { requestId, connection, address, userAgent, span }: AnswerRequest,
    { eventTimeoutMs }: AnswerDeps,
    cancellation: Cancellation,
  ) {
    const { viewer } = connection;
    const mutates = isMutation(operation);
    this.#mayBeDropped = !mutates;
    this.answer = new Promise((resolve) => {
      this.#settle = (answer) => {
        cancellation.notify(null);
        span?.end(answer?.codes[0]);
        resolve(answer);
      };
    });
    cancellation.notify({
      cancelled: () => {
        this.#isLeft = true;
        if (this.#mayBeDropped) this.#leaving.abort(STOPPED);
        this.#settle(null);
      },
    });
    this.context = requestContext({
      requestId,
      viewer,
      clientAddress: mutates ? addressKey(address) : undefined,
      userAgent: mutates ? userAgent : undefined,
      timeoutMs: eventTimeoutMs,
      extensions: undefined,
      signal: this.#leaving.signal,
      trace: span?.context,
    });
  }

  /** The answer, or its last part. */
  ended(status: number, body: ResponseBody): void {
    if (!this.#isLeft) this.#settle({ status, body: held(body), codes: [...this.#codes] });
  }

  saw(codes: readonly string[]): void {
    for (const code of codes) this.#codes.add(code);
  }

  /** A change that was made cannot be undone; a read can be cancelled. */
  changed(): void {
    this.#mayBeDropped = true;
    if (this.#isLeft) this.#leaving.abort(STOPPED);
  }
}

const held = (body: ResponseBody): HeldBytes =>
  typeof body === 'string' ? { bytes: Buffer.from(body), release: () => {} } : body.hold();

function answerWhole(run: AnswerRun, request: OperationRequest, pipeline: Pipeline) {
  pipeline.run(request, run.context, (status, body, isPlain = false) => {
    if (!isPlain) run.saw(codesIn(responseText(body)));
    run.ended(status, body);
  });
  return run.answer;
}

function answerInParts(
  run: AnswerRun,
  request: OperationRequest,
  pipeline: Pipeline,
  format: IncrementalFormat,
  deliver: (part: string) => void,
) {
  const context = { ...run.context, sharingKey: undefined };
  pipeline.runInParts(request, context, {
    first: (part) => {
      run.saw(codesIn(part.body));
      run.changed();
      if (part.status !== 200) run.ended(part.status, part.body);
      else if (part.pending.length === 0) run.ended(200, part.body);
      else deliver(format.first(part));
    },
    later: (batch) => {
      run.saw(codesOf(errorsOfParts(batch)));
      if (batch.isLast) run.ended(200, format.later(batch));
      else deliver(format.later(batch));
    },
  });
  return run.answer;
}
