/** What clients' sockets may do; each limit protects memory or time that others need. */
export interface SocketLimits {
  /** Bytes of one frame from a client. */
  frameBytes: number;
  socketsPerAddress: number;
  socketsPerViewer: number;
  /** In this process. */
  sockets: number;
  subscriptionsPerSocket: number;
  /** Messages a client may send at once, and per second after that. */
  messageBurst: number;
  messagesPerSecond: number;
  /** Messages and bytes that may wait for a client that does not read. */
  queuedMessages: number;
  queuedBytes: number;
  /** Milliseconds that a full queue may make no progress. */
  stalledMs: number;
  /** Milliseconds for `connection_init`. */
  initTimeoutMs: number;
  /** Milliseconds between pings; a client that answers none for as long counts as gone. */
  keepAliveMs: number;
  /** Milliseconds that a connection outlives its token, so that the client can send a new one. */
  tokenGraceMs: number;
  /** Milliseconds for which a lost stream is retried before its client is disconnected. */
  resumeWithinMs: number;
}

export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  frameBytes: 65_536,
  socketsPerAddress: 50,
  socketsPerViewer: 10,
  sockets: 5_000,
  subscriptionsPerSocket: 20,
  messageBurst: 60,
  messagesPerSecond: 20,
  queuedMessages: 256,
  queuedBytes: 4 * 1_048_576,
  stalledMs: 1_000,
  initTimeoutMs: 3_000,
  keepAliveMs: 12_000,
  tokenGraceMs: 30_000,
  resumeWithinMs: 30_000,
};

/** This gateway's close code for clients that send or receive incorrectly. */
export const TOO_MUCH = 4290;
/** WebSocket's own close code (IANA) for conditions worth a retry; client libraries reconnect. */
export const TRY_AGAIN_LATER = 1013;
/** Milliseconds from the close frame until the socket is terminated. */
export const TERMINATE_AFTER_MS = 2_000;
