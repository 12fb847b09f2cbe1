import type { FormattedExecutionResult } from 'graphql';

/** A result on its way to clients: its JSON is written once, however many get it. */
export class EncodedEvent {
  /** Where the event is in its stream: given back as `after`, the stream goes on right behind it. */
  readonly cursor: string | null;
  readonly json: string;
  readonly #encodings = new Map<Encode<unknown>, unknown>();
  #lastEncode: Encode<unknown> | undefined;
  #last: unknown;

  constructor(result: FormattedExecutionResult, cursor: string | null) {
    this.cursor = cursor;
    this.json = JSON.stringify(result);
  }

  /** The event as a format has it, made when first asked for; the function itself is the key. */
  as<Encoded>(encode: Encode<Encoded>): Encoded {
    if (this.#lastEncode === encode) return this.#last as Encoded;
    const encoded = this.#encodings.get(encode) ?? encode(this);
    this.#encodings.set(encode, encoded);
    this.#lastEncode = encode;
    this.#last = encoded;
    return encoded as Encoded;
  }
}

type Encode<Encoded> = (event: EncodedEvent) => Encoded;
