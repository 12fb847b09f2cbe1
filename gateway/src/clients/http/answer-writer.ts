import type { ResponseBody } from '@souk/engine';
import { answerTypeFor, DEFAULT_ANSWER_TYPE } from './accepted-types.ts';
import type { Exchange } from './exchange.ts';
import type { Origins } from './origins.ts';

/** Writes single answers with as little overhead as HTTP allows: the headers go out as one list. */
export interface AnswerWriter {
  write(
    exchange: Exchange,
    status: number,
    body: ResponseBody,
    headers?: Readonly<Record<string, string>>,
  ): void;
  /** Sets the headers of every answer, for an answer that is written in parts. */
  begin(exchange: Exchange): void;
}

export interface AnswerWriterOptions {
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly origins: Pick<Origins, 'corsHeaders'>;
}

const NO_HEADERS: Readonly<Record<string, string>> = {};

export function createAnswerWriter({
  headers: common,
  origins,
}: AnswerWriterOptions): AnswerWriter {
  const everyAnswer: readonly string[] = Object.entries(common).flat();
  return {
    write({ incoming, response, requestId }, status, body, headers = NO_HEADERS) {
      const isText = typeof body === 'string';
      const length = isText ? Buffer.byteLength(body) : body.byteLength;
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
      if (isText) {
        response.end(body, length === body.length ? 'latin1' : 'utf8');
        return;
      }
      const { bytes, release } = body.hold();
      response.end(bytes, release);
    },
    begin({ incoming, response, requestId }) {
      response.setHeader('x-request-id', requestId);
      const all = { ...common, ...origins.corsHeaders(incoming) };
      for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
    },
  };
}
