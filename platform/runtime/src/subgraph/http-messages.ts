import type { IncomingMessage, ServerResponse } from 'node:http';
import { collectBody } from '../process/request-body.ts';

/** Anything but files must be sent within this many milliseconds. */
const BODY_MS = 15_000;

/**
 * The bytes of a body, or null when there are too many. A body that comes too slowly has its connection
 * closed, and one that breaks off rejects.
 */
export const readBody = (
  request: IncomingMessage,
  maxBytes: number,
  withinMs: number | null = BODY_MS,
): Promise<Buffer | null> =>
  new Promise((resolve, reject) => {
    const brokenOff = () => reject(new Error('The request broke off.'));
    if (request.destroyed) return brokenOff();
    const hangingUp = withinMs === null ? undefined : setTimeout(() => request.destroy(), withinMs);
    request.once('close', () => {
      clearTimeout(hangingUp);
      brokenOff();
    });
    collectBody(request, maxBytes, {
      received: (body) => {
        clearTimeout(hangingUp);
        resolve(body);
      },
      // The rest of it has the same time limit as a valid body.
      tooLarge: () => resolve(null),
    });
  });

export const failure = (code: string, message: string) => ({
  errors: [{ message, extensions: { code } }],
});

/**
 * Answers a route outside the graph: with nothing, or with what was wrong, in the format of the graph's
 * errors.
 */
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
