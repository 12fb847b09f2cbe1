import { createBoundedCache, keepNumbers, type Variables } from '@souk/engine';
import {
  enterSpan,
  isTracing,
  type OpenSpan,
  SpanKind,
  type Context as TraceContext,
  traceIn,
} from '@souk/runtime/telemetry';
import { GraphQLError, OperationTypeNode } from 'graphql';
import {
  CloseCode,
  type Message,
  MessageType,
  parseMessage,
  type SubscribeMessage,
} from 'graphql-ws';
import { IdentityUnavailable } from '../../authentication/identity-unavailable.ts';
import { tokenInPayload, type VerifyAccessToken } from '../../authentication/viewer.ts';
import type { PersistedOperations } from '../../limits/persisted/persisted-operations.ts';
import { addressKey } from '../../limits/rates/address-key.ts';
import type { Operation } from '../../pipeline/operation.ts';
import { clientError, Refusal } from '../../pipeline/refusal.ts';
import { Cancellation } from '../../subscriptions/cancellation.ts';
import type { EncodedEvent } from '../../subscriptions/encoded-event.ts';
import {
  type AdmittedSubscription,
  admitSubscription,
} from '../../subscriptions/federated-subscription.ts';
import type { LiveSink } from '../../subscriptions/live-sink.ts';
import type { SubscriptionRequest } from '../../subscriptions/plan-subscription.ts';
import { StreamInterrupted } from '../../subscriptions/stream-interrupted.ts';
import type { SubscriptionDeps } from '../../subscriptions/subscription-client.ts';
import { codesOf, codesOfEnd } from '../../telemetry/error-codes.ts';
import type {
  OperationTelemetry,
  SubscriptionReport,
} from '../../telemetry/operation-telemetry.ts';
import type { GatewayContext } from '../../upstream/context.ts';
import { inMessages } from '../incremental/incremental-format.ts';
import { type SocketLimits, TRY_AGAIN_LATER } from '../socket-limits.ts';
import { eventsWritten } from '../stream-metrics.ts';
import type { ClientConnection } from './client-connection.ts';
import type { SendQueue } from './send-queue.ts';
import { type AdmittedAnswer, admitAnswer } from './single-answer.ts';
import { type FrameStart, TextFrames } from './text-frames.ts';

export interface ProtocolOptions extends SubscriptionDeps {
  verify: VerifyAccessToken;
  limits: SocketLimits;
  persisted: PersistedOperations;
  telemetry: OperationTelemetry;
  /** Milliseconds to complete one event with what other subgraphs know. */
  eventTimeoutMs: number;
}

/** The socket that the protocol is spoken on. */
export interface ProtocolSocket {
  readonly connection: ClientConnection;
  readonly sendQueue: SendQueue;
  readonly address: string;
  readonly userAgent: string | undefined;
  /** The access token of the page that opened it, which it need not give then. */
  readonly cookie: string | null;
  close(code: number, reason: string): void;
  /** Refuses a viewer who has too many connections; counts them otherwise. */
  mayConnectAs(userId: string): boolean;
}

/**
 * The server's side of graphql-transport-ws (graphql-ws's PROTOCOL.md). It
 * keeps less for an idle client than a general server does, which is most of what thousands cost:
 * hence classes here, whose functions exist once.
 */
export class Protocol {
  readonly #options: ProtocolOptions;
  readonly #socket: ProtocolSocket;
  #isInitialized = false;
  #isAcknowledged = false;
  /** By id; the client leaves one by completing it, and all by going. */
  readonly #operations = new Map<string, Cancellation>();

  constructor(options: ProtocolOptions, socket: ProtocolSocket) {
    this.#options = options;
    this.#socket = socket;
  }

  /** False as long as the client has not said who it is. */
  get isInitialized(): boolean {
    return this.#isInitialized;
  }

  async received(text: string): Promise<void> {
    const message = parsed(text);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        return this.#initialize(message.payload);
      case MessageType.Ping:
        return this.#pong(message.payload);
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return this.#subscribe(withNumbers(message, text));
      case MessageType.Complete: {
        const cancellation = this.#operations.get(message.id);
        this.#operations.delete(message.id);
        cancellation?.cancel();
        return;
      }
      default:
        this.#socket.close(CloseCode.BadRequest, 'Invalid message received');
    }
  }

  closed(): void {
    for (const cancellation of this.#operations.values()) cancellation.cancel();
    this.#operations.clear();
  }

  async #initialize(payload: unknown): Promise<void> {
    const socket = this.#socket;
    if (this.#isInitialized) {
      return socket.close(
        CloseCode.TooManyInitialisationRequests,
        'Too many initialisation requests',
      );
    }
    this.#isInitialized = true;
    try {
      if (!(await this.#isLetIn(payload))) return socket.close(CloseCode.Forbidden, 'Forbidden');
    } catch {
      return socket.close(TRY_AGAIN_LATER, 'Who you are cannot be checked right now');
    }
    this.#isAcknowledged = true;
    await socket.sendQueue.send({ type: MessageType.ConnectionAck });
  }

  /** Rejects when that cannot be found out right now. */
  async #isLetIn(payload: unknown): Promise<boolean> {
    const socket = this.#socket;
    try {
      const token = tokenInPayload(payload) ?? socket.cookie;
      if (token === null) return true;
      const verified = await this.#options.verify(token);
      if (!socket.mayConnectAs(verified.viewer.userId)) return false;
      await socket.connection.signIn(verified);
      return true;
    } catch (error) {
      if (error instanceof IdentityUnavailable) throw error;
      return false;
    }
  }

  /** A ping may carry a newer token to go on with. */
  async #pong(payload: Record<string, unknown> | undefined): Promise<void> {
    const socket = this.#socket;
    const { connection, sendQueue } = socket;
    try {
      const token = tokenInPayload(payload);
      if (token !== null) {
        const outcome = connection.refresh(await this.#options.verify(token));
        if (outcome === 'somebody else') throw new Error(outcome);
        if (outcome === 'other rights') {
          return socket.close(TRY_AGAIN_LATER, 'Your rights have changed: connect anew');
        }
        return sendQueue.send({ type: MessageType.Pong, payload: { refreshed: true } });
      }
    } catch (error) {
      if (error instanceof IdentityUnavailable)
        return socket.close(TRY_AGAIN_LATER, 'Who you are cannot be checked right now');
      return socket.close(CloseCode.Forbidden, 'The access token is not valid');
    }
    await sendQueue.send({ type: MessageType.Pong, ...(payload ? { payload } : {}) });
  }

  /** Not async itself: that would keep the message for as long as the subscription runs. */
  #subscribe({ id, payload }: SubscribeMessage): Promise<void> | undefined {
    const socket = this.#socket;
    if (!this.#isAcknowledged) {
      socket.close(CloseCode.Unauthorized, 'Unauthorized');
      return undefined;
    }
    if (id.length > MAX_ID_LENGTH) {
      socket.close(CloseCode.BadRequest, 'The id of the subscription is too long');
      return undefined;
    }
    if (this.#operations.has(id)) {
      socket.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
      return undefined;
    }
    const cancellation = new Cancellation();
    this.#operations.set(id, cancellation);
    return this.#run(id, cancellation, this.#admit(id, payload), performance.now());
  }

  async #run(
    id: string,
    cancellation: Cancellation,
    admitting: Promise<Admitted>,
    startedAt: number,
  ): Promise<void> {
    const { sendQueue } = this.#socket;
    try {
      const admitted = await admitting;
      if ('run' in admitted) {
        if (!cancellation.isCancelled) await this.#stream(id, cancellation, admitted, startedAt);
        if (this.#isOver(id, cancellation))
          await sendQueue.send({ id, type: MessageType.Complete });
      } else if ('answer' in admitted) {
        if (!cancellation.isCancelled) await this.#answer(id, cancellation, admitted, startedAt);
      } else if (this.#isOver(id, cancellation)) {
        const { errors, type, cost } = admitted;
        const report = this.#reportOf(id, undefined, cost, startedAt);
        this.#options.telemetry.answered({ ...report, type, codes: codesOf(errors) });
        await sendQueue.send({ id, type: MessageType.Error, payload: admitted.clientErrors() });
      }
    } catch (error) {
      if (error instanceof StreamInterrupted) {
        return this.#socket.close(TRY_AGAIN_LATER, 'A stream cannot go on right now');
      }
      if (!(error instanceof GraphQLError)) throw error;
      if (!this.#isOver(id, cancellation)) return;
      await sendQueue.send({ id, type: MessageType.Error, payload: [clientError(error)] });
    }
  }

  async #stream(
    id: string,
    cancellation: Cancellation,
    admitted: AdmittedSubscription,
    startedAt: number,
  ): Promise<void> {
    const { telemetry } = this.#options;
    const sink = new NextMessages(id, this.#socket.sendQueue);
    const report = this.#reportOf(id, admitted.operation, admitted.cost, startedAt);
    telemetry.subscribed(report);
    try {
      await admitted.run({ sink, cancellation });
      telemetry.unsubscribed(report, sink.sent, []);
    } catch (error) {
      telemetry.unsubscribed(report, sink.sent, codesOfEnd(error));
      throw error;
    }
  }

  async #answer(
    id: string,
    cancellation: Cancellation,
    admitted: AdmittedAnswer,
    startedAt: number,
  ): Promise<void> {
    const { sendQueue } = this.#socket;
    const { operation, cost } = admitted;
    let delivered: Promise<void> = Promise.resolve();
    const deliver = (part: string): void => {
      delivered = delivered.then(() => {
        // It may have been left, and its id given to another, while earlier parts waited for room.
        if (this.#operations.get(id) !== cancellation) return undefined;
        return sendQueue.sendWhole(nextOf(id), Buffer.from(part), '}');
      });
    };
    const answer = operation.prepared.defers
      ? await admitted.answerInParts(cancellation, deliver)
      : await admitted.answer(cancellation);
    await delivered;
    const report = this.#reportOf(id, operation, cost, startedAt);
    const { codes = [], status } = answer ?? { status: CLIENT_LEFT };
    this.#options.telemetry.answered({ ...report, status, codes });
    if (!answer || !this.#isOver(id, cancellation)) return;
    if (status !== 200) {
      const { errors } = JSON.parse(answer.body) as { errors: object[] };
      await sendQueue.send({ id, type: MessageType.Error, payload: errors });
      return;
    }
    await sendQueue.sendWhole(nextOf(id), Buffer.from(answer.body), '}');
    await sendQueue.send({ id, type: MessageType.Complete });
  }

  #reportOf(
    id: string,
    operation: Operation | undefined,
    cost: number | undefined,
    startedAt: number,
  ): SubscriptionReport {
    const requestId = requestIdOf(this.#socket, id);
    return { requestId, transport: 'websocket', operation, cost, startedAt };
  }

  /** Ends a subscription from this side; false when the client has ended it before. */
  #isOver(id: string, cancellation: Cancellation): boolean {
    return this.#operations.get(id) === cancellation && this.#operations.delete(id);
  }

  async #admit(
    id: string,
    { query, operationName, variables, extensions }: SubscribeMessage['payload'],
  ): Promise<Admitted> {
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
      isWanted: () => this.#operations.has(id),
    });
    // What is known is not waited for: that would cost each of thousands who join a turn of its own.
    const operation = understood instanceof Promise ? await understood : understood;
    if (operation instanceof Refusal) return operation;
    const span = isTracing() ? spanOf(operation, extensions) : null;
    if (operation.type !== OperationTypeNode.SUBSCRIPTION) {
      const requestId = requestIdOf(this.#socket, id);
      const format = inMessages(extensions);
      const { userAgent } = this.#socket;
      const asked = {
        ...{ requestId, variables: variables ?? {}, connection, address, userAgent, span, format },
      };
      const admitted = await admitAnswer(operation, asked, this.#options);
      if (admitted instanceof Refusal) span?.end(codesOf(admitted.errors)[0]);
      else persisted.accepted(found);
      return admitted;
    }
    const request = new SocketRequest(this.#socket, eventTimeoutMs, {
      id,
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

/** Characters: the id comes back with each event, so it costs what a client makes of it. */
const MAX_ID_LENGTH = 256;

/** The status, in log and metrics alone, of what nobody waited for. */
const CLIENT_LEFT = 499;

/** What may run, or why it may not. */
type Admitted = AdmittedSubscription | AdmittedAnswer | Refusal;

interface SubscribedTo extends Omit<SubscriptionRequest, 'context'> {
  readonly id: string;
  readonly trace: TraceContext | undefined;
}

/** A message has no headers: the client's trace is in its extensions, by the same names. */
const spanOf = ({ type, definition }: Operation, extensions: unknown): OpenSpan | null => {
  const name = definition.name?.value;
  const attributes = { 'graphql.operation.type': type, 'graphql.operation.name': name };
  const title = type === OperationTypeNode.SUBSCRIPTION || !name ? type : `${type} ${name}`;
  return enterSpan(title, traceIn(extensions), SpanKind.SERVER, attributes);
};

/** What one `subscribe` message asks for, in the name of whoever the connection belongs to. */
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

/** A subscription's own, which its client learns of in errors. */
const requestIdOf = ({ connection }: Pick<ProtocolSocket, 'connection'>, id: string): string =>
  `${connection.id}-${id}`;

/** How a `next` message of an operation begins. */
function nextOf(id: string): FrameStart {
  const text = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  return { text, bytes: Buffer.byteLength(text) };
}

/** Writes events as `next` messages of a subscription, and is itself how each of them begins. */
class NextMessages implements LiveSink, FrameStart {
  readonly text: string;
  readonly bytes: number;
  sent = 0;
  readonly #sendQueue: SendQueue;

  constructor(id: string, sendQueue: SendQueue) {
    const { text, bytes } = nextOf(id);
    this.text = text;
    this.bytes = bytes;
    this.#sendQueue = sendQueue;
  }

  write(event: EncodedEvent): boolean {
    const isWritten = this.#sendQueue.write(this, event.as(framesOf));
    if (isWritten) {
      this.sent += 1;
      eventsWritten.websocket.count += 1;
    }
    return isWritten;
  }

  room(): Promise<void> {
    return this.#sendQueue.room();
  }
}

const framesOf = ({ json }: EncodedEvent) => new TextFrames(Buffer.from(json), '}');

/** The message with the numbers of its variables as they were written. */
function withNumbers({ payload, ...message }: SubscribeMessage, text: string): SubscribeMessage {
  const variables = payload.variables && keepNumbers(payload.variables, text, VARIABLES);
  return { ...message, payload: { ...payload, variables } };
}

const VARIABLES = ['payload', 'variables'];

function parsed(text: string): Message | null {
  try {
    return parseMessage(text);
  } catch {
    return null;
  }
}

/** Thousands of clients send the same text: one copy of it is enough. */
const texts = createBoundedCache<string, string>(1_000);

function theOne(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, text);
  return text;
}

const tooManyOperations = (limit: number) =>
  new GraphQLError(`At most ${limit} operations at a time on one connection.`, {
    extensions: { code: 'OPERATION_LIMIT' },
  });
