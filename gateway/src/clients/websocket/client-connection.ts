import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type ConnectionPresence, PRESENCE_RENEW_SECONDS } from '@souk/runtime/backplane';
import type { Viewer } from '@souk/runtime/domain';
import { type Logger, warnCounted } from '@souk/runtime/process';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { endUnlessUnchanged } from '../../authentication/api-keys.ts';
import type { SessionStates } from '../../authentication/session-states.ts';
import type { VerifiedViewer } from '../../authentication/viewer.ts';
import type { OpenInSession, SessionWatch } from '../../subscriptions/session-watch.ts';
import type { SocketLimits } from '../socket-limits.ts';

type Closable = Pick<WebSocket, 'close'>;

export interface ConnectionDeps {
  limits: SocketLimits;
  presence: ConnectionPresence | null;
  sessions: SessionWatch | null;
  /** Whether a session counts as open, for a single operation. */
  states: Pick<SessionStates, 'assertOpen'>;
  logger: Logger;
}

/** The viewer of a client's connection, and until when it is valid. */
export class ClientConnection implements OpenInSession {
  /** A single flat string: a UUID is a rope of twenty pieces that would live as long as the connection. */
  readonly id = randomBytes(16).toString('hex');
  index = -1;
  readonly #deps: ConnectionDeps;
  readonly #socket: Closable;
  #viewer: Viewer | null = null;
  /** Milliseconds, as counted by `Date.now`. */
  #expiresAt = 0;
  #assertUnchanged: VerifiedViewer['assertUnchanged'];
  #renewedAt = 0;
  #isClosed = false;

  constructor(deps: ConnectionDeps, socket: Closable) {
    this.#deps = deps;
    this.#socket = socket;
  }

  get viewer(): Viewer | null {
    return this.#viewer;
  }

  /** The person is shown as online through this connection. */
  get holdsLease(): boolean {
    return this.#renewedAt > 0 && !this.#isClosed;
  }

  get sessionId(): string | null {
    return this.#viewer?.sessionId ?? null;
  }

  /**
   * Checks what every HTTP request is checked for: that the token has not expired and the session has not
   * ended; for a mutation, as of this moment. Rejects like verifying a token.
   */
  async assertSignedIn(mutates: boolean): Promise<void> {
    if (!this.#viewer) return;
    if (Date.now() > this.#expiresAt) throw new Error('the access token has expired');
    await this.#assertUnchanged?.();
    const confirm = await this.#deps.states.assertOpen(this.#viewer.sessionId);
    if (mutates) await confirm?.();
  }

  revoked(): void {
    this.#end('The session has ended');
  }

  async reconsider(userId: string | null, at: number): Promise<void> {
    if (userId !== null && userId !== this.#viewer?.userId) return;
    await endUnlessUnchanged(this.#assertUnchanged, at, () =>
      this.#end('The key gives other rights'),
    );
  }

  #end(reason: string): void {
    this.#socket.close(CloseCode.Forbidden, reason);
  }

  /** Copied field by field, since a verified token carries more than is needed again. */
  #adopt({ viewer, expiresAt, assertUnchanged }: VerifiedViewer): void {
    this.#viewer = viewer;
    this.#expiresAt = expiresAt.getTime();
    this.#assertUnchanged = assertUnchanged;
  }

  /** Binds the connection to a viewer; resolves once their session is watched. */
  async signIn(verified: VerifiedViewer): Promise<void> {
    const { sessions, presence } = this.#deps;
    this.#adopt(verified);
    const { userId } = verified.viewer;
    await sessions?.watch(this);
    if (this.#isClosed) return sessions?.unwatch(this);
    if (!presence) return;
    await this.#renew(userId);
    if (this.#isClosed) void presence.disconnected(userId, this.id).catch(() => {});
  }

  /**
   * Continues with a newer token, unless it names another person, since a connection keeps its viewer, or
   * gives other rights: the earlier rights decided what the open streams may send.
   */
  refresh(given: VerifiedViewer): 'refreshed' | 'somebody else' | 'other rights' {
    const known = this.#viewer;
    const { userId, sessionId, roles } = given.viewer;
    if (known?.userId !== userId || known.sessionId !== sessionId) return 'somebody else';
    if (!isDeepStrictEqual([...known.roles].sort(), [...roles].sort())) return 'other rights';
    this.#adopt(given);
    return 'refreshed';
  }

  /** Called periodically: ends the connection when its token has expired and keeps its presence alive. */
  check(now: number): void {
    if (!this.#viewer) return;
    if (now > this.#expiresAt + this.#deps.limits.tokenGraceMs) {
      this.#end('The access token has expired');
    } else if (this.#renewedAt > 0 && now >= this.#renewedAt + PRESENCE_RENEW_SECONDS * 1_000) {
      void this.#renew(this.#viewer.userId);
    }
  }

  /** Resolves once the presence of the connection has been removed. */
  async closed(): Promise<void> {
    this.#isClosed = true;
    const userId = this.#viewer?.userId;
    const { sessions, presence, logger } = this.#deps;
    sessions?.unwatch(this);
    if (!userId || !presence) return;
    await presence
      .disconnected(userId, this.id)
      .catch(({ message: reason }: Error) =>
        warnCounted(logger, 'a presence lease could not be released', { reason }),
      );
  }

  async #renew(userId: string): Promise<void> {
    const { presence, logger } = this.#deps;
    this.#renewedAt = Date.now();
    try {
      await presence?.connected(userId, this.id);
    } catch (err) {
      const { message: reason } = err as Error;
      warnCounted(logger, 'a presence lease could not be renewed', { reason });
    }
  }
}
