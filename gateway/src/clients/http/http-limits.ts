export interface HttpLimits {
  bodyBytes: number;
  /** Nesting of the JSON body. */
  jsonDepth: number;
  /** Milliseconds until a request is answered, whatever is missing. */
  requestTimeoutMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  bodyBytes: 262_144,
  jsonDepth: 32,
  requestTimeoutMs: 5_000,
};

/** Headers of one request. */
export const MAX_HEADERS = 100;
