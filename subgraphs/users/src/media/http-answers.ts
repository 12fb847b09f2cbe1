import type { ServerResponse } from 'node:http';
import { answerRoute } from '@souk/runtime/subgraph';

/** Any page may upload and show: the link is what allows it, and no cookie goes along. */
const CORS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

/** On every answer: nothing of a file is run, framed or guessed at. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  ...CORS,
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'referrer-policy': 'no-referrer',
};

/** Answers without a file; of what was refused it says why, and closes the line it came on. */
export function answerWith(
  response: ServerResponse,
  status: number,
  failure?: { code: string; message: string },
  headers: Readonly<Record<string, string>> = {},
): true {
  return answerRoute(response, status, failure, { ...SAFE_HEADERS, ...headers });
}

/** A link that is over, forged, or of nothing: the same for all. */
export const notHere = (response: ServerResponse): true =>
  answerWith(response, 404, { code: 'NOT_FOUND', message: 'There is no such file.' });
