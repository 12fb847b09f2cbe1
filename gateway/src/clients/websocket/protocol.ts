import { keepNumbers } from '@souk/engine';
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
import type { SubscriptionDeps } from '../../subscriptions/subscription-client.ts';
import type { OperationTelemetry } from '../../telemetry/operation-telemetry.ts';
import { type SocketLimits, TRY_AGAIN_LATER } from '../socket-limits.ts';
import type { ClientConnection } from './client-connection.ts';
import type { SendQueue } from './send-queue.ts';
import { SocketOperation, type SocketOperations } from './socket-operation.ts';

export interface ProtocolOptions extends SubscriptionDeps {
  verify: VerifyAccessToken;
  limits: SocketLimits;
  persisted: PersistedOperations;
  telemetry: OperationTelemetry;
  /** Milliseconds to complete one event with fields of other subgraphs. */
  eventTimeoutMs: number;
}

/** The socket that the protocol runs on. */
export interface ProtocolSocket {
  readonly connection: ClientConnection;
  readonly sendQueue: SendQueue;
  readonly address: string;
  readonly userAgent: string | undefined;
  /** The access token of the page that opened the socket; the client then need not send one. */
  readonly cookie: string | null;
  close(code: number, reason: string): void;
  /** Refuses a viewer who has too many connections, and counts the connection otherwise. */
  mayConnectAs(userId: string): boolean;
}

/**
 * The server's side of graphql-transport-ws (graphql-ws's PROTOCOL.md). It keeps less for an idle client than
 * a general server does, which is most of what thousands of clients cost. Therefore these are classes, whose
 * functions exist once.
 */
export class Protocol {
  readonly #options: ProtocolOptions;
  readonly #socket: ProtocolSocket;
  #isInitialized = false;
  #isAcknowledged = false;
  /** By id; the client ends one by completing it, and all by disconnecting. */
  readonly #operations: SocketOperations = new Map();

  constructor(options: ProtocolOptions, socket: ProtocolSocket) {
    this.#options = options;
    this.#socket = socket;
  }

  /** False until the client has authenticated. */
  get isInitialized(): boolean {
    return this.#isInitialized;
  }

  /**
   * Settles when everything that the message asks for is done, a subscription included; rejects with errors
   * of our own.
   */
  received(text: string): Promise<void> | undefined {
    const message = parsed(text);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        return this.#initialize(message.payload);
      case MessageType.Ping:
        return this.#pong(message.payload);
      case MessageType.Pong:
        return undefined;
      case MessageType.Subscribe:
        return this.#subscribe(withNumbers(message, text));
      case MessageType.Complete: {
        const operation = this.#operations.get(message.id);
        this.#operations.delete(message.id);
        operation?.cancellation.cancel();
        return undefined;
      }
      default:
        this.#socket.close(CloseCode.BadRequest, 'Invalid message received');
        return undefined;
    }
  }

  closed(): void {
    for (const { cancellation } of this.#operations.values()) cancellation.cancel();
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
      return socket.close(TRY_AGAIN_LATER, 'Your identity cannot be checked right now');
    }
    this.#isAcknowledged = true;
    await socket.sendQueue.send({ type: MessageType.ConnectionAck });
  }

  /** Rejects when that cannot be determined right now. */
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

  /** A ping may carry a newer token. */
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
        return socket.close(TRY_AGAIN_LATER, 'Your identity cannot be checked right now');
      return socket.close(CloseCode.Forbidden, 'The access token is not valid');
    }
    await sendQueue.send({ type: MessageType.Pong, ...(payload ? { payload } : {}) });
  }

  /** Not async itself: an async function would keep the message for as long as the subscription runs. */
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
    const operation = new SocketOperation(id, this.#options, socket, this.#operations);
    this.#operations.set(id, operation);
    return operation.run(payload);
  }
}

/** In characters. The id is sent back with each event, so the client decides how much it costs. */
const MAX_ID_LENGTH = 256;

/** The message, with the numbers of its variables exactly as they were written. */
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
