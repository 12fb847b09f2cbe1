import {
  type ConnectionPresence,
  type Logger,
  PRESENCE_RENEW_SECONDS,
  type Viewer,
} from '@souk/runtime';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { VerifiedViewer } from '../../viewer.ts';
import type { SessionWatch } from '../session-watch.ts';
import type { SocketLimits } from './socket-limits.ts';

export interface ConnectionDeps {
  limits: SocketLimits;
  presence: ConnectionPresence | null;
  sessions: SessionWatch | null;
  logger: Logger;
}

/** One client's connection: who it belongs to, and for how long. */
export interface Connection {
  readonly id: string;
  readonly viewer: Viewer | null;
  /** Binds the connection to a viewer; resolves once their session is watched. */
  signIn(verified: VerifiedViewer): Promise<void>;
  /** Goes on with a newer token. False when it names somebody else: a connection keeps its viewer. */
  refresh(verified: VerifiedViewer): boolean;
  /** Resolves when the connection's presence is given up. */
  closed(): Promise<void>;
}

export function createConnection(socket: WebSocket, deps: ConnectionDeps): Connection {
  const { limits, presence, sessions, logger } = deps;
  const id = crypto.randomUUID();
  let verified: VerifiedViewer | null = null;
  let expiry: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;
  let unwatch = () => {};
  let isClosed = false;

  const end = (reason: string) => socket.close(CloseCode.Forbidden, reason);
  const untilExpiry = () => {
    clearTimeout(expiry);
    if (!verified) return;
    const left = verified.expiresAt.getTime() + limits.tokenGraceMs - Date.now();
    // setTimeout takes no more than 2^31 ms; a token that lives longer is looked at again.
    expiry = setTimeout(
      left > MAX_TIMER_MS ? untilExpiry : () => end('The access token has expired'),
      Math.min(left, MAX_TIMER_MS),
    );
    expiry.unref();
  };
  const renew = async (userId: string) => {
    try {
      await presence?.connected(userId, id);
    } catch (err) {
      logger.warn({ err }, 'a presence lease could not be renewed');
    }
  };

  return {
    id,
    get viewer() {
      return verified?.viewer ?? null;
    },
    signIn: async (given) => {
      verified = given;
      untilExpiry();
      const { userId } = given.viewer;
      const stop = await sessions?.watch(given.viewer, () => end('The session has ended'));
      unwatch = stop ?? unwatch;
      if (isClosed) return unwatch();
      if (!presence) return;
      await renew(userId);
      if (isClosed) return void presence.disconnected(userId, id).catch(() => {});
      renewal = setInterval(() => void renew(userId), PRESENCE_RENEW_SECONDS * 1_000);
      renewal.unref();
    },
    refresh: (given) => {
      const same =
        verified?.viewer.userId === given.viewer.userId &&
        verified.viewer.sessionId === given.viewer.sessionId;
      if (!same) return false;
      verified = given;
      untilExpiry();
      return true;
    },
    closed: async () => {
      isClosed = true;
      clearTimeout(expiry);
      clearInterval(renewal);
      unwatch();
      const userId = verified?.viewer.userId;
      if (!userId || !presence) return;
      await presence
        .disconnected(userId, id)
        .catch((err) => logger.warn({ err }, 'a presence lease could not be released'));
    },
  };
}

const MAX_TIMER_MS = 2 ** 31 - 1;
