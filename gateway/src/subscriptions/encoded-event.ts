import type { Context as TraceContext } from '@souk/runtime/telemetry';

/** A result on its way to clients: it is encoded once in each format, however many get it. */
export class EncodedEvent {
  /** Where the event is in its stream: given back as `after`, the stream goes on right behind it. */
  readonly cursor: string | null;
  readonly json: string;
  /** The span that it was completed in. */
  readonly trace: TraceContext | undefined;
  readonly #encodings = new Map<Encode<unknown>, unknown>();

  constructor(json: string, cursor: string | null, trace?: TraceContext) {
    this.cursor = cursor;
    this.trace = trace;
    this.json = json;
  }

  /** The event as a format has it, made when first asked for; the function itself is the key. */
  as<Encoded>(encode: Encode<Encoded>): Encoded {
    const known = this.#encodings.get(encode);
    if (known) return known as Encoded;
    const encoded = encode(this);
    this.#encodings.set(encode, encoded);
    return encoded;
  }
}

type Encode<Encoded> = (event: EncodedEvent) => Encoded;
