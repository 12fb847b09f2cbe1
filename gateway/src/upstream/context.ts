import type { ExecutionContext } from '@souk/engine';
import type { Viewer } from '@souk/runtime/domain';
import type { InternalIdentity, NamedViewer } from '@souk/runtime/identity';
import type { Context as TraceContext } from '@souk/runtime/telemetry';
import type { ViewerBatch } from './viewer-batch.ts';

/** What accompanies one client request, or one event of a subscription, to every subgraph. */
export interface GatewayContext extends ExecutionContext {
  readonly viewer: Viewer | null;
  /** The key of the allowance that pays for an event where nobody is signed in. */
  readonly payer?: string;
  /** Where the client of a mutation is, for its subgraphs; see `InternalIdentity`. */
  readonly clientAddress?: string | undefined;
  readonly userAgent?: string | undefined;
  /** A subscription opened once for everybody whom its subgraph lets in; it has no viewer. */
  readonly shared?: boolean;
  /** Speaks for several viewers at once, whom the request itself names. */
  readonly many?: boolean;
  /** In whose names a subscription is opened that speaks for several. */
  readonly viewers?: readonly NamedViewer[];
  /** A viewer's subscription to what others share already: opened together with those of others. */
  readonly joins?: boolean;
  /** The executions for other viewers that this one goes along with. */
  readonly batch?: ViewerBatch;
  /** The span that the request or event is worked on in, where a trace is kept. */
  readonly trace?: TraceContext | undefined;
  /** The trace as lines of an HTTP head, once they have been asked for. */
  traceLines?: string | undefined;
}

export const identityOf = ({
  viewer,
  requestId,
  shared,
  many,
  clientAddress,
  userAgent,
}: GatewayContext): InternalIdentity => ({
  viewer,
  requestId,
  ...(shared ? { shared } : {}),
  ...(many ? { many } : {}),
  ...(clientAddress ? { clientAddress } : {}),
  ...(userAgent ? { userAgent } : {}),
});

/** How a request for several viewers names those who have made these requests. */
export const viewersNamed = (contexts: readonly GatewayContext[]): NamedViewer[] =>
  contexts.flatMap(({ viewer, requestId }) => (viewer ? [{ ...viewer, requestId }] : []));

/** Two requests with the same key get the same answers. */
export const sharingKeyOf = (viewer: Viewer | null): string =>
  viewer
    ? `${viewer.userId} ${viewer.sessionId} ${viewer.roles.join()} ${viewer.suspended ?? false} ${viewer.apiKeyScopes?.join() ?? ''}`
    : 'anonymous';
