import type { IncomingMessage, ServerResponse } from 'node:http';

/** The bytes of a body, or null when there are more than that. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
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
