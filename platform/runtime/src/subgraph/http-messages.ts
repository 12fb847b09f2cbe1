import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is no file is sent in so many milliseconds. */
const BODY_MS = 15_000;

/** The bytes of a body, or null when there are more than that. One that comes too slowly is hung up on. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  withinMs = BODY_MS,
): Promise<Buffer | null> {
  const hangingUp = setTimeout(() => request.destroy(), withinMs);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size > maxBytes) return null;
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(hangingUp);
  }
  return Buffer.concat(chunks);
}

export const failure = (code: string, message: string) => ({
  errors: [{ message, extensions: { code } }],
});

/** Answers a route beside the graph: with nothing, or with what was wrong, in the form of the graph's errors. */
export function answerRoute(
  response: ServerResponse,
  status: number,
  failed?: { code: string; message: string },
  headers: Readonly<Record<string, string>> = {},
): true {
  const body = failed ? JSON.stringify(failure(failed.code, failed.message)) : '';
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...(failed ? { 'content-type': 'application/json; charset=utf-8' } : {}),
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
  return true;
}
