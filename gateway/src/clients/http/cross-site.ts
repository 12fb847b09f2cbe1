import type { IncomingMessage } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { Origins } from './origins.ts';
import { badRequest, type RequestFailure } from './request-failure.ts';

/** Headers that a web page cannot send to another origin without a preflight. */
const PREFLIGHT_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

/** Throws when a page of another origin may have sent a GET; `type` is undefined for a malformed document. */
export function assertOwnSite(
  request: IncomingMessage,
  type: OperationTypeNode | undefined,
  origins: Pick<Origins, 'mayConnect'>,
): void {
  // A malformed document runs nothing, and an EventSource gets its errors like any other client.
  const isSubscription = type === OperationTypeNode.SUBSCRIPTION || type === undefined;
  const problem = crossSiteProblem(request, { isSubscription, origins });
  if (problem) throw problem;
}

/**
 * Why a GET may not run, or null. A page of any origin can send a GET with any Accept header without a
 * preflight, so a header that needs a preflight is required. A browser's EventSource cannot send such a
 * header. It only opens streams, accepts exactly `text/event-stream` and names the page's origin, which is
 * checked against the same list as for a WebSocket.
 */
function crossSiteProblem(
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
