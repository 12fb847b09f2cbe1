import { createBoundedCache, type Variables } from '@souk/engine';
import {
  enterSpan,
  isTracing,
  type OpenSpan,
  SpanKind,
  type Context as TraceContext,
  traceIn,
} from '@souk/runtime/telemetry';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { MessageType, type SubscribeMessage } from 'graphql-ws';
import { addressKey } from '../../limits/rates/address-key.ts';
import type { Operation } from '../../pipeline/operation.ts';
import { clientError, Refusal } from '../../pipeline/refusal.ts';
import { Cancellation } from '../../subscriptions/cancellation.ts';
import {
  type AdmittedSubscription,
  admitSubscription,
} from '../../subscriptions/federated-subscription.ts';
import type { SubscriptionRequest } from '../../subscriptions/plan-subscription.ts';
import { StreamInterrupted } from '../../subscriptions/stream-interrupted.ts';
import { codesOf, codesOfEnd } from '../../telemetry/error-codes.ts';
import { CLIENT_LEFT, type SubscriptionReport } from '../../telemetry/operation-telemetry.ts';
import type { GatewayContext } from '../../upstream/context.ts';
import { inMessages } from '../incremental/incremental-format.ts';
import { TRY_AGAIN_LATER } from '../socket-limits.ts';
import { NextMessages, nextOf } from './next-messages.ts';
import type { ProtocolOptions, ProtocolSocket } from './protocol.ts';
import { type AdmittedAnswer, admitAnswer } from './single-answer.ts';

/** The operations of one connection by their ids; a client may reuse an id once its operation has ended. */
export type SocketOperations = Map<string, SocketOperation>;

/** An operation that may run, or the reason why it may not. */
type Admitted = AdmittedSubscription | AdmittedAnswer | Refusal;

/** What one `subscribe` message asks for, from its admission to its last message. */
export class SocketOperation {
  readonly id: string;
  readonly cancellation = new Cancellation();
  readonly #options: ProtocolOptions;
  readonly #socket: ProtocolSocket;
  readonly #operations: SocketOperations;
  readonly #startedAt = performance.now();

  constructor(
    id: string,
    options: ProtocolOptions,
    socket: ProtocolSocket,
    operations: SocketOperations,
  ) {
    this.id = id;
    this.#options = options;
    this.#socket = socket;
    this.#operations = operations;
  }

  /**
   * Not async itself: that would keep the message, and half a kilobyte besides, for as long as the
   * subscription runs, possibly for hours. Rejects with errors of our own.
   */
  run(payload: SubscribeMessage['payload']): Promise<void> {
    return this.#admit(payload)
      .then((admitted) => this.#carryOut(admitted))
      .catch((error) => this.#failed(error));
  }

  #carryOut(admitted: Admitted): Promise<void> {
    if (!('run' in admitted)) return this.#answerOrRefuse(admitted);
    return this.cancellation.isCancelled ? this.#completed() : this.#stream(admitted);
  }

  async #completed(): Promise<void> {
    const { id } = this;
    if (this.#isOver()) await this.#socket.sendQueue.send({ id, type: MessageType.Complete });
  }

  async #answerOrRefuse(admitted: AdmittedAnswer | Refusal): Promise<void> {
    const { id, cancellation } = this;
    if ('answer' in admitted) {
      if (!cancellation.isCancelled) await this.#answer(admitted);
    } else if (this.#isOver()) {
      const { errors, type, cost } = admitted;
      const report = this.#reportOf(undefined, cost);
      this.#options.telemetry.answered({ ...report, type, codes: codesOf(errors) });
      const payload = admitted.clientErrors();
      await this.#socket.sendQueue.send({ id, type: MessageType.Error, payload });
    }
  }

  async #failed(error: unknown): Promise<void> {
    const { id } = this;
    if (error instanceof StreamInterrupted) {
      return this.#socket.close(TRY_AGAIN_LATER, 'A stream cannot go on right now');
    }
    if (!(error instanceof GraphQLError)) throw error;
    if (!this.#isOver()) return;
    const payload = [clientError(error)];
    await this.#socket.sendQueue.send({ id, type: MessageType.Error, payload });
  }

  #stream(admitted: AdmittedSubscription): Promise<void> {
    const { telemetry } = this.#options;
    const sink = new NextMessages(this.id, this.#socket.sendQueue);
    const report = this.#reportOf(admitted.operation, admitted.cost);
    telemetry.subscribed(report);
    return admitted.run({ sink, cancellation: this.cancellation }).then(
      () => {
        telemetry.unsubscribed(report, sink.sent, []);
        return this.#completed();
      },
      (error) => {
        telemetry.unsubscribed(report, sink.sent, codesOfEnd(error));
        throw error;
      },
    );
  }

  async #answer(admitted: AdmittedAnswer): Promise<void> {
    const { id, cancellation } = this;
    const { sendQueue } = this.#socket;
    const { operation, cost } = admitted;
    let delivered: Promise<void> = Promise.resolve();
    const deliver = (part: string): void => {
      // While earlier parts waited for room, the client may have completed it and reused its id.
      delivered = delivered.then(() =>
        this.#isCurrent() ? this.#next(Buffer.from(part)) : undefined,
      );
    };
    const answer = operation.prepared.defers
      ? await admitted.answerInParts(cancellation, deliver)
      : await admitted.answer(cancellation);
    await delivered;
    const { codes = [], status } = answer ?? { status: CLIENT_LEFT };
    this.#options.telemetry.answered({ ...this.#reportOf(operation, cost), status, codes });
    if (!answer) return;
    const { bytes, release } = answer.body;
    try {
      if (!this.#isOver()) return;
      if (status !== 200) {
        const { errors } = JSON.parse(String(Buffer.from(bytes))) as { errors: object[] };
        await sendQueue.send({ id, type: MessageType.Error, payload: errors });
        return;
      }
      await this.#next(bytes);
      await sendQueue.send({ id, type: MessageType.Complete });
    } finally {
      release();
    }
  }

  #next(json: Uint8Array): Promise<void> {
    return this.#socket.sendQueue.sendWhole(nextOf(this.id), json, '}');
  }

  #reportOf(operation: Operation | undefined, cost: number | undefined): SubscriptionReport {
    const requestId = requestIdOf(this.#socket, this.id);
    return { requestId, transport: 'websocket', operation, cost, startedAt: this.#startedAt };
  }

  #isCurrent(): boolean {
    return this.#operations.get(this.id) === this;
  }

  /** Ends it from this side; false when the client has already ended it. */
  #isOver(): boolean {
    return this.#isCurrent() && this.#operations.delete(this.id);
  }

  async #admit({
    query,
    operationName,
    variables,
    extensions,
  }: SubscribeMessage['payload']): Promise<Admitted> {
    const { limits, persisted, pipeline, eventTimeoutMs } = this.#options;
    const { connection, address } = this.#socket;
    const { viewer } = connection;
    if (this.#operations.size > limits.subscriptionsPerSocket) {
      return new Refusal([tooManyOperations(limits.subscriptionsPerSocket)]);
    }
    const tooOften = pipeline.admit.address(address) ?? pipeline.admit.viewer(viewer);
    if (tooOften) return tooOften;
    const found = persisted.resolve({ query, extensions: extensions ?? undefined });
    if (found instanceof GraphQLError) return new Refusal([found]);
    const text = theOne(found.query);
    const understood = pipeline.understand(text, operationName ?? undefined, {
      row: addressKey(address),
      isWanted: () => this.#isCurrent(),
    });
    // A known operation is used without awaiting, which would cost each of thousands of joining clients an
    // extra turn.
    const operation = understood instanceof Promise ? await understood : understood;
    if (operation instanceof Refusal) return operation;
    const span = isTracing() ? spanOf(operation, extensions) : null;
    if (operation.type !== OperationTypeNode.SUBSCRIPTION) {
      const requestId = requestIdOf(this.#socket, this.id);
      const format = inMessages(extensions);
      const { userAgent } = this.#socket;
      const asked = {
        requestId,
        variables: variables ?? {},
        connection,
        address,
        userAgent,
        span,
        format,
      };
      const admitted = await admitAnswer(operation, asked, this.#options);
      if (admitted instanceof Refusal) span?.end(codesOf(admitted.errors)[0]);
      else persisted.accepted(found);
      return admitted;
    }
    const request = new SocketRequest(this.#socket, eventTimeoutMs, {
      id: this.id,
      trace: span?.context,
      query: text,
      operationName: operationName ?? undefined,
      variables: variables ?? {},
    });
    const admitted = await admitSubscription(
      operation,
      request,
      { address, viewer },
      this.#options,
    );
    if (!(admitted instanceof Refusal)) persisted.accepted(found);
    span?.end(admitted instanceof Refusal ? codesOf(admitted.errors)[0] : undefined);
    return admitted;
  }
}

interface SubscribedTo extends Omit<SubscriptionRequest, 'context'> {
  readonly id: string;
  readonly trace: TraceContext | undefined;
}

/** A message has no headers: the client's trace is in its extensions, under the same names. */
const spanOf = ({ type, definition }: Operation, extensions: unknown): OpenSpan | null => {
  const name = definition.name?.value;
  const attributes = { 'graphql.operation.type': type, 'graphql.operation.name': name };
  const title = type === OperationTypeNode.SUBSCRIPTION || !name ? type : `${type} ${name}`;
  return enterSpan(title, traceIn(extensions), SpanKind.SERVER, attributes);
};

/** What one `subscribe` message asks for, on behalf of the connection's viewer. */
class SocketRequest implements SubscriptionRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
  readonly #socket: Pick<ProtocolSocket, 'connection' | 'address'>;
  readonly #id: string;
  readonly #timeoutMs: number;
  readonly #trace: TraceContext | undefined;

  constructor(
    socket: Pick<ProtocolSocket, 'connection' | 'address'>,
    timeoutMs: number,
    { id, query, operationName, variables, trace }: SubscribedTo,
  ) {
    this.query = query;
    this.operationName = operationName;
    this.variables = variables;
    this.#socket = socket;
    this.#id = id;
    this.#timeoutMs = timeoutMs;
    this.#trace = trace;
  }

  context(): GatewayContext {
    const { connection, address } = this.#socket;
    const { viewer } = connection;
    const deadlineAt = Date.now() + this.#timeoutMs;
    const requestId = requestIdOf(this.#socket, this.#id);
    const trace = this.#trace;
    return { requestId, viewer, payer: addressKey(address), deadlineAt, trace };
  }
}

/** Failures of the subscription itself, which its client is told about in errors. */
const requestIdOf = ({ connection }: Pick<ProtocolSocket, 'connection'>, id: string): string =>
  `${connection.id}-${id}`;

/** Thousands of clients send the same text: one copy of it is enough. */
const texts = createBoundedCache<string, string>(1_000);

function theOne(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, text);
  return text;
}

const tooManyOperations = (limit: number) =>
  new GraphQLError(`A connection can run at most ${limit} operations at a time.`, {
    extensions: { code: 'OPERATION_LIMIT' },
  });
