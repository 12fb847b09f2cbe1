import type { Context as TraceContext } from '@souk/runtime/telemetry';

/** A result on its way to clients: it is encoded once in each format, however many clients get it. */
export class EncodedEvent {
  /**
   * The event's position in its stream: when it is given back as `after`, the stream continues right behind
   * it.
   */
  readonly cursor: string | null;
  readonly json: string;
  /** The span in which it was completed. */
  readonly trace: TraceContext | undefined;
  readonly #encodings = new Map<Encode<unknown>, unknown>();

  constructor(json: string, cursor: string | null, trace?: TraceContext) {
    this.cursor = cursor;
    this.trace = trace;
    this.json = json;
  }

  /** The event in a format, encoded when first asked for; the format's function is the key. */
  as<Encoded>(encode: Encode<Encoded>): Encoded {
    const known = this.#encodings.get(encode);
    if (known) return known as Encoded;
    const encoded = encode(this);
    this.#encodings.set(encode, encoded);
    return encoded;
  }
}

type Encode<Encoded> = (event: EncodedEvent) => Encoded;

/** What an event says about its position, besides the data. */
export const extensionsAt = (cursor: string | null) => (cursor === null ? undefined : { cursor });
