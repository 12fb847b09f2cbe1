import type { ServerResponse } from 'node:http';
import { answerRoute, FILE_HEADERS } from '@souk/runtime/subgraph';

/** Answers without a file; for a refused request it says why, and closes the connection. */
export function answerWith(
  response: ServerResponse,
  status: number,
  failure?: { code: string; message: string },
  headers: Readonly<Record<string, string>> = {},
): true {
  return answerRoute(response, status, failure, { ...FILE_HEADERS, ...headers });
}

/** A link that is expired, forged, or of nothing: the same answer for all. */
export const notHere = (response: ServerResponse): true =>
  answerWith(response, 404, { code: 'NOT_FOUND', message: 'This file does not exist.' });
