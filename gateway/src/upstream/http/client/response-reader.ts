import { bodyText, hasNoControls } from './body-text.ts';
import { CHUNKED, parseResponseHead, type ResponseHead, UNTIL_CLOSE } from './response-head.ts';

export interface HttpResponse {
  readonly head: ResponseHead;
  readonly body: string;
  /** False when that is not known. */
  readonly hasNoControls?: boolean;
  /** The undecoded body, when it is compressed; its text is empty until then. */
  readonly encoded?: Buffer;
}

/** The bytes on the connection are not, or no longer, a usable response. */
export class UnusableResponse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnusableResponse';
  }
}

const HEAD_END = Buffer.from('\r\n\r\n');
const NEW_LINE = Buffer.from('\r\n');
const PAGE = 65_536;
/** Buffers for larger bodies are released at once. */
const LARGEST_KEPT = 524_288;
const LONGEST_HEAD = 65_536;
const LONGEST_CHUNK_LINE = 1_024;

/**
 * Assembles responses from what a connection reads. The bytes passed to `push` belong to the connection's
 * read buffer, so everything that outlives the call is copied; a body that arrives whole is decoded directly
 * from it.
 */
export class ResponseReader {
  readonly #maxBytes: number;
  /** Bytes of an unfinished head, chunk line or chunked body. */
  #kept: Buffer | undefined;
  #head: ResponseHead | undefined;
  #body: Buffer | undefined;
  /** Holds one body after the other, since each is decoded before the next one starts. */
  #spare: Buffer | undefined;
  #filled = 0;
  #chunks: Buffer[] = [];
  #chunkLeft = 0;
  #isTrailer = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** True while nothing of a response has arrived. */
  get isFresh(): boolean {
    return this.#head === undefined && this.#kept === undefined;
  }

  /** The response that these bytes complete. Throws UnusableResponse. */
  push(bytes: Buffer): HttpResponse | undefined {
    const data = this.#kept ? Buffer.concat([this.#kept, bytes]) : bytes;
    this.#kept = undefined;
    if (!this.#head) {
      const end = data.indexOf(HEAD_END);
      if (end < 0) return this.#keep(data, LONGEST_HEAD);
      const head = parseResponseHead(data.toString('latin1', 0, end));
      if (!head) throw new UnusableResponse('It does not speak HTTP/1.1.');
      // 100 Continue and other interim responses come before the answer itself.
      if (head.status < 200) return this.push(data.subarray(end + HEAD_END.length));
      this.#assertFits(head.length);
      this.#head = head;
      return this.#pushBody(data, end + HEAD_END.length);
    }
    return this.#pushBody(data, 0);
  }

  /** The connection has ended, which completes a body without a length. */
  end(): HttpResponse | undefined {
    return this.#head?.length === UNTIL_CLOSE ? this.#finishChunks() : undefined;
  }

  #pushBody(data: Buffer, start: number): HttpResponse | undefined {
    const { length } = this.#head as ResponseHead;
    if (length === CHUNKED) return this.#pushChunks(data, start);
    if (length === UNTIL_CLOSE) {
      this.#addChunk(data.subarray(start));
      return undefined;
    }
    const available = data.length - start;
    if (this.#filled === 0 && available === length) {
      return this.#finish(data, start, start + length);
    }
    if (this.#filled + available > length)
      throw new UnusableResponse('It says more than it should.');
    this.#body ??= this.#roomFor(length);
    data.copy(this.#body, this.#filled, start);
    this.#filled += available;
    return this.#filled === length ? this.#finish(this.#body, 0, length) : undefined;
  }

  #roomFor(length: number): Buffer {
    if (this.#spare && this.#spare.length >= length) return this.#spare;
    const room = Buffer.allocUnsafeSlow(Math.ceil(length / PAGE) * PAGE);
    if (room.length <= LARGEST_KEPT) this.#spare = room;
    return room;
  }

  #pushChunks(data: Buffer, start: number): HttpResponse | undefined {
    let at = start;
    while (at < data.length) {
      if (this.#chunkLeft > 0) {
        const end = Math.min(data.length, at + this.#chunkLeft);
        // The two bytes after a chunk's data are its end of line.
        const ofData = Math.min(end, at + this.#chunkLeft - NEW_LINE.length);
        if (ofData > at) this.#addChunk(data.subarray(at, ofData));
        this.#chunkLeft -= end - at;
        at = end;
        continue;
      }
      const end = data.indexOf(NEW_LINE, at);
      if (end < 0) return this.#keep(data.subarray(at), LONGEST_CHUNK_LINE);
      const line = data.toString('latin1', at, end);
      at = end + NEW_LINE.length;
      if (this.#isTrailer) {
        if (line === '') return this.#finishChunks();
        continue;
      }
      const size = /^[0-9a-f]{1,8}(?=;|\s*$)/i.exec(line)?.[0];
      if (size === undefined) throw new UnusableResponse('Its chunks are malformed.');
      const bytes = Number.parseInt(size, 16);
      if (bytes === 0) this.#isTrailer = true;
      else this.#chunkLeft = bytes + NEW_LINE.length;
    }
    return undefined;
  }

  #addChunk(chunk: Buffer): void {
    this.#filled += chunk.length;
    this.#assertFits(this.#filled);
    this.#chunks.push(Buffer.from(chunk));
  }

  #finishChunks(): HttpResponse {
    const all =
      this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    return this.#finish(all, 0, all.length);
  }

  #finish(data: Buffer, start: number, end: number): HttpResponse {
    const head = this.#head as ResponseHead;
    const response: HttpResponse =
      head.contentEncoding === ''
        ? { head, body: bodyText(data, start, end), hasNoControls: hasNoControls(data, start, end) }
        : { head, body: '', encoded: Buffer.from(data.subarray(start, end)) };
    this.#head = undefined;
    this.#body = undefined;
    this.#filled = 0;
    this.#chunks = [];
    this.#isTrailer = false;
    return response;
  }

  #keep(data: Buffer, most: number): undefined {
    if (data.length > most) throw new UnusableResponse('Its head is too long.');
    this.#kept = Buffer.from(data);
  }

  #assertFits(bytes: number): void {
    if (bytes > this.#maxBytes) {
      throw new UnusableResponse(`Its answer exceeds ${this.#maxBytes} bytes.`);
    }
  }
}
