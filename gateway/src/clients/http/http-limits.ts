export interface HttpLimits {
  bodyBytes: number;
  /** Nesting of the JSON body. */
  jsonDepth: number;
  /** Milliseconds until a request is answered, even if parts are still missing. */
  requestTimeoutMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  bodyBytes: 262_144,
  jsonDepth: 32,
  requestTimeoutMs: 5_000,
};

/**
 * Milliseconds until a request must have arrived. A process that is blocked for longer takes everything that
 * arrived meanwhile as late, since timers run before input is read.
 */
export interface ArrivalLimits {
  headersMs: number;
  /** Headers and body. */
  allMs: number;
}

export const DEFAULT_ARRIVAL_LIMITS: ArrivalLimits = { headersMs: 10_000, allMs: 15_000 };

/** Headers of one request. */
export const MAX_HEADERS = 100;
