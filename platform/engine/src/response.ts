import type { GraphQLFormattedError } from 'graphql';

/**
 * The JSON text of a response; for a large one, the bytes to send, since encoding them again would cost more
 * than everything else.
 */
export type ResponseBody = string | ResponseBytes;

/**
 * A response in UTF-8, in memory that is reused for the next one as soon as nobody needs this one. It may be
 * read until the Reply returns, and for longer by a caller that holds it.
 */
export interface ResponseBytes {
  readonly byteLength: number;
  text(): string;
  /** The bytes, which do not change until `release` is called. */
  hold(): { readonly bytes: Uint8Array; readonly release: () => void };
}

/**
 * Receives the answer to one request: an HTTP status and the body. It is called once, must not throw, and
 * should pass the body on at once: answers are large, and objects that waited for one are often old, so a
 * promise that held it would keep it in memory after its use.
 * `isPlain` says that the body contains only data, without errors or extensions, so that nobody needs to
 * inspect it.
 */
export type Reply = (status: number, body: ResponseBody, isPlain?: boolean) => void;

/**
 * Receives an answer that comes in parts: first everything that is neither deferred nor streamed, then the later parts
 * in batches as they become available. Like a Reply it must not throw.
 */
export interface PartsReceiver {
  /** A complete result. When nothing is pending it is the only part. */
  first(answer: FirstPart): void;
  later(batch: LaterParts): void;
}

export interface FirstPart {
  readonly status: number;
  /** The JSON text of a result. */
  readonly body: string;
  readonly pending: readonly PendingPart[];
}

/** An object or a list of the answer with parts that come later. */
export interface PendingPart {
  /** Unique among the parts of one answer. */
  readonly id: string;
  readonly path: readonly (string | number)[];
  readonly label: string | undefined;
}

export interface LaterParts {
  /** What comes later inside these parts. */
  readonly pending: readonly PendingPart[];
  readonly results: readonly PartResult[];
  readonly isLast: boolean;
}

/** A part that was pending: a fragment of an object, or the later items of a list. */
export type PartResult = DeferredResult | StreamedResult;

export interface DeferredResult extends PendingPart {
  readonly kind: 'fragment';
  /** JSON text; null when a null reached the object itself. */
  readonly data: string | null;
  /** The errors inside it. */
  readonly errors: readonly GraphQLFormattedError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

export interface StreamedResult extends PendingPart {
  readonly kind: 'items';
  /** JSON text of a list: the items from `start` up to `end`. */
  readonly items: string;
  readonly start: number;
  readonly end: number;
  /** The errors inside the items. */
  readonly errors: readonly GraphQLFormattedError[];
  /** Why the list ends early: an item is null that must not be. Empty when all items are there. */
  readonly failure: readonly GraphQLFormattedError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}
