import type { FormattedExecutionResult } from 'graphql';

/** A result on its way to clients: its JSON is written once, however many get it. */
export class EncodedEvent {
  /** Where the event is in its stream: given back as `after`, the stream goes on right behind it. */
  readonly cursor: string | null;
  readonly json: string;
  readonly #encodings = new Map<unknown, Buffer>();
  #lastFormat: unknown;
  #last: Buffer | undefined;

  constructor(result: FormattedExecutionResult, cursor: string | null) {
    this.cursor = cursor;
    this.json = JSON.stringify(result);
  }

  /** The event as a format has it, made when first asked for; the format itself is the key. */
  as(format: unknown, write: (event: EncodedEvent) => string): Buffer {
    if (this.#lastFormat === format && this.#last) return this.#last;
    const encoded = this.#encodings.get(format) ?? Buffer.from(write(this));
    this.#encodings.set(format, encoded);
    this.#lastFormat = format;
    this.#last = encoded;
    return encoded;
  }
}
