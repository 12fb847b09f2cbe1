import { answerTypeFor, DEFAULT_ANSWER_TYPE } from './accepted-types.ts';
import type { Exchange } from './exchange.ts';
import type { Origins } from './origins.ts';
import { createOutputBuffers } from './output-buffers.ts';

/** Writes single answers with as little around them as HTTP allows: headers as one list. */
export interface AnswerWriter {
  write(
    exchange: Exchange,
    status: number,
    body: string,
    /** One character of the body is known to be one byte. */
    isAscii: boolean,
    headers?: Readonly<Record<string, string>>,
  ): void;
  /** The headers of every answer, for one that is written in pieces. */
  begin(exchange: Exchange): void;
}

export interface AnswerWriterOptions {
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly origins: Pick<Origins, 'corsHeaders'>;
}

/** From this length on it pays to encode an answer into a kept buffer. */
const LARGE = 16_384;
const NO_HEADERS: Readonly<Record<string, string>> = {};

export function createAnswerWriter({
  headers: common,
  origins,
}: AnswerWriterOptions): AnswerWriter {
  const everyAnswer: readonly string[] = Object.entries(common).flat();
  const buffers = createOutputBuffers();
  return {
    write({ incoming, response, requestId }, status, body, isAscii, headers = NO_HEADERS) {
      const length = isAscii ? body.length : Buffer.byteLength(body);
      response.writeHead(status, [
        ...everyAnswer,
        'x-request-id',
        requestId,
        ...Object.entries(origins.corsHeaders(incoming)).flat(),
        ...Object.entries(headers).flat(),
        'content-type',
        `${answerTypeFor(incoming.headers.accept) ?? DEFAULT_ANSWER_TYPE}; charset=utf-8`,
        'content-length',
        String(length),
      ]);
      if (length < LARGE) {
        response.end(body, isAscii ? 'latin1' : 'utf8');
        return;
      }
      const { bytes, release } = buffers.fill(body, length, isAscii);
      response.end(bytes, release);
    },
    begin({ incoming, response, requestId }) {
      response.setHeader('x-request-id', requestId);
      const all = { ...common, ...origins.corsHeaders(incoming) };
      for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
    },
  };
}
