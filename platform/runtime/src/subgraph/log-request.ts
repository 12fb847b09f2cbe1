import type { GraphQLFormattedError } from 'graphql';
import { LONGEST_NAME, type Logger } from '../process/logging.ts';
import { RequestLines } from '../process/request-lines.ts';

/** One line at info for each request of a gateway, and two for each subscription. */
export interface RequestLog {
  /** Null when such lines are not logged. */
  begin(requestId: string, query: string, name: string | null | undefined): LoggedRequest | null;
}

export interface LoggedRequest {
  answered(errors: readonly GraphQLFormattedError[] | undefined): void;
  /** A subscription was let in. */
  opened(): void;
  sent(): void;
  ended(): void;
}

export function createRequestLog(logger: Logger): RequestLog {
  const lines = new RequestLines(logger);
  return {
    begin: (requestId, query, name) =>
      lines.isOn
        ? new RequestLine(lines, requestId, name?.slice(0, LONGEST_NAME), kindOf(query))
        : null,
  };
}

class RequestLine implements LoggedRequest {
  readonly #lines: RequestLines;
  readonly #requestId: string;
  readonly #operation: string | undefined;
  readonly #kind: string;
  readonly #startedAt = performance.now();
  #events = 0;

  constructor(lines: RequestLines, requestId: string, operation: string | undefined, kind: string) {
    this.#lines = lines;
    this.#requestId = requestId;
    this.#operation = operation;
    this.#kind = kind;
  }

  answered(errors: readonly GraphQLFormattedError[] | undefined): void {
    const codes = errors && errors.length > 0 ? codesOf(errors) : undefined;
    this.#lines.info({ ...this.#what(), ms: this.#ms(), codes }, 'request');
  }

  opened(): void {
    this.#lines.info({ ...this.#what(), ms: this.#ms() }, 'subscription begins');
  }

  sent(): void {
    this.#events += 1;
  }

  ended(): void {
    this.#lines.info(
      { ...this.#what(), ms: this.#ms(), events: this.#events },
      'subscription ends',
    );
  }

  #what() {
    return { requestId: this.#requestId, operation: this.#operation, kind: this.#kind };
  }

  #ms(): number {
    return Math.round((performance.now() - this.#startedAt) * 10) / 10;
  }
}

/** How many different codes are written in one line. */
const MOST_CODES = 10;

function codesOf(errors: readonly GraphQLFormattedError[]): string[] {
  const codes = errors.map(({ extensions }) => String(extensions?.code ?? 'INTERNAL_SERVER_ERROR'));
  return [...new Set(codes)].slice(0, MOST_CODES);
}

/** A gateway sends a single operation, which begins with its kind; `{` alone begins a query. */
const kindOf = (query: string): string =>
  /^\s*(mutation|subscription)\b/.exec(query)?.[1] ?? 'query';
