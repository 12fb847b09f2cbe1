import type { ServerResponse } from 'node:http';
import { answerTypeFor } from '../http/accepted-types.ts';
import type { SocketLimits } from '../socket-limits.ts';
import { drained } from '../streams/response-sink.ts';
import {
  BOUNDARY,
  COMPLETE_EVENT,
  MULTIPART_END,
  MULTIPART_START,
  multipartPart,
  nextEvent,
} from '../streams/stream-format.ts';
import { type IncrementalFormat, inEvents, inMultipart } from './incremental-format.ts';

/** How an answer in parts is written into one HTTP response. */
export interface PartsFraming {
  readonly transport: 'multipart' | 'sse';
  readonly format: IncrementalFormat;
  readonly contentType: string;
  readonly start: string;
  part(json: string): string;
  readonly end: string;
}

/** Either as parts of a multipart response or, for clients that accept only those, as server-sent events. */
export function partsFramingFor(accept: string | undefined): PartsFraming | null {
  const inParts = inMultipart(accept);
  if (inParts) return multipartFraming(inParts);
  const asEvents = answerTypeFor(accept) === null ? inEvents(accept) : null;
  return asEvents && eventsFraming(asEvents);
}

const multipartFraming = (format: IncrementalFormat): PartsFraming => ({
  transport: 'multipart',
  format,
  contentType: `multipart/mixed;boundary="${BOUNDARY}";${format.specification}`,
  start: MULTIPART_START,
  part: multipartPart,
  end: MULTIPART_END,
});

const eventsFraming = (format: IncrementalFormat): PartsFraming => ({
  transport: 'sse',
  format,
  contentType: `text/event-stream; charset=utf-8; ${format.specification}`,
  start: '',
  part: (json) => nextEvent(json),
  end: COMPLETE_EVENT,
});

/**
 * Writes parts one after the other. Parts wait for a slow client, and together are as large as the answer; a
 * client that stops reading is disconnected, like those of streams.
 */
export class PartsResponse {
  readonly #response: ServerResponse;
  readonly #limits: SocketLimits;
  readonly #waiting: string[] = [];
  #isPumping = false;
  #isEnding = false;

  constructor(response: ServerResponse, limits: SocketLimits) {
    this.#response = response;
    this.#limits = limits;
  }

  write(text: string): void {
    this.#waiting.push(text);
    this.#pump();
  }

  end(text: string): void {
    this.#isEnding = true;
    this.write(text);
  }

  #pump(): void {
    if (this.#isPumping) return;
    const response = this.#response;
    while (this.#waiting.length > 0) {
      if (response.destroyed) return;
      if (response.writableLength >= this.#limits.queuedBytes) {
        this.#isPumping = true;
        void drained(response, this.#limits).then(() => {
          this.#isPumping = false;
          this.#pump();
        });
        return;
      }
      response.write(this.#waiting.shift());
    }
    if (this.#isEnding) response.end();
  }
}
