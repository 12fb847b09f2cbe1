import type { ExecutionContext } from '@souk/engine';
import type { Viewer } from '@souk/runtime/domain';
import type { InternalIdentity, NamedViewer } from '@souk/runtime/identity';
import {
  carrierOf,
  type TraceCarrier,
  type Context as TraceContext,
} from '@souk/runtime/telemetry';
import type { ViewerBatch } from './viewer-batch.ts';

/** The context of one client request, or of one event of a subscription, for its requests to subgraphs. */
export interface GatewayContext extends ExecutionContext {
  readonly viewer: Viewer | null;
  /** The key of the allowance that pays for an event when nobody is signed in. */
  readonly payer?: string;
  /** The address of a mutation's client, for its subgraphs; see `InternalIdentity`. */
  readonly clientAddress?: string | undefined;
  readonly userAgent?: string | undefined;
  /** A subscription opened once for everybody whom its subgraph lets in; it has no viewer. */
  readonly shared?: boolean;
  /** The request is on behalf of several viewers, whom it names itself. */
  readonly many?: boolean;
  /** The viewers on whose behalf such a subscription is opened. */
  readonly viewers?: readonly NamedViewer[];
  /**
   * A viewer's subscription to something that others already share: opened together with those of other
   * viewers.
   */
  readonly joins?: boolean;
  /** The executions for other viewers that run together with this one. */
  readonly batch?: ViewerBatch;
  /** The span in which the request or event is processed, if a trace is kept. */
  readonly trace?: TraceContext | undefined;
  /** The trace as HTTP header lines, once they have been built. */
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

/** How a request on behalf of several viewers names those who made these requests. */
export const viewersNamed = (contexts: readonly GatewayContext[]): NamedViewer[] =>
  contexts.flatMap(({ viewer, requestId }) => (viewer ? [{ ...viewer, requestId }] : []));

/** What a client's query or mutation brings; its address and program only for a mutation. */
export interface RequestFacts extends Pick<GatewayContext, 'requestId' | 'viewer'> {
  readonly clientAddress: GatewayContext['clientAddress'];
  readonly userAgent: GatewayContext['userAgent'];
  readonly timeoutMs: number;
  readonly extensions: GatewayContext['extensions'];
  readonly signal: GatewayContext['signal'];
  readonly trace: GatewayContext['trace'];
}

/** The context of a query or mutation, however the client sent it. */
export const requestContext = (facts: RequestFacts): GatewayContext => ({
  requestId: facts.requestId,
  viewer: facts.viewer,
  clientAddress: facts.clientAddress,
  userAgent: facts.userAgent,
  deadlineAt: Date.now() + facts.timeoutMs,
  sharingKey: sharingKeyOf(facts.viewer),
  extensions: facts.extensions,
  signal: facts.signal,
  trace: facts.trace,
  traceLines: undefined,
});

/** Two requests with the same key get the same answers. */
const sharingKeyOf = (viewer: Viewer | null): string =>
  viewer
    ? `${viewer.userId} ${viewer.sessionId} ${viewer.roles.join()} ${viewer.suspended ?? false} ${viewer.apiKeyScopes?.join() ?? ''}`
    : 'anonymous';

/**
 * Header lines that name the span of which the request is part. All fetches of a request that is not sampled
 * are sent with the same lines, so its context keeps them.
 */
export function traceLines(context: GatewayContext): string {
  if (!context.trace) return '';
  context.traceLines ??= headLinesOf(carrierOf(context.trace) ?? {});
  return context.traceLines;
}

function headLinesOf(carrier: TraceCarrier): string {
  let lines = '';
  for (const name in carrier) lines += `${name}: ${oneLine(carrier[name] ?? '')}\r\n`;
  return lines;
}

/** Whatever an id contains, it must not end its header. */
export const oneLine = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '');
