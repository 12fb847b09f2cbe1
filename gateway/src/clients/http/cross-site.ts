import type { IncomingMessage } from 'node:http';
import type { Origins } from './origins.ts';
import { badRequest, type RequestFailure } from './request-failure.ts';

/** Headers that a web page cannot send to another origin without asking first (a preflight). */
const PREFLIGHT_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

/**
 * Why a GET may not run, or null. A page of any origin may send a GET with an Accept header of its
 * choice and nobody is asked, so a header that needs a preflight is demanded. A browser's EventSource
 * cannot send one. It opens streams alone, accepts exactly `text/event-stream`, and says from which
 * page it comes, which is held against the same list as for a WebSocket.
 */
export function crossSiteProblem(
  request: IncomingMessage,
  { isSubscription, origins }: { isSubscription: boolean; origins: Pick<Origins, 'mayConnect'> },
): RequestFailure | null {
  const { headers } = request;
  const isPreflighted =
    PREFLIGHT_HEADERS.some((name) => headers[name] !== undefined) ||
    headers['content-type']?.startsWith('application/json');
  if (isPreflighted) return null;
  const mode = headers['sec-fetch-mode'];
  const isEventSource =
    isSubscription &&
    headers.accept === 'text/event-stream' &&
    (mode === undefined || mode === 'cors') &&
    origins.mayConnect(request);
  if (isEventSource) return null;
  return badRequest(
    `A GET needs one of the headers ${PREFLIGHT_HEADERS.join(', ')}, against cross-site requests.`,
  );
}
