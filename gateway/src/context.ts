import type { InternalIdentity, Viewer } from '@souk/runtime';
import type { RequestContext } from './execution/index.ts';

/** What accompanies one client request, or one event of a subscription, to every subgraph. */
export interface GatewayContext extends RequestContext {
  readonly viewer: Viewer | null;
}

export const identityOf = ({ viewer, requestId }: GatewayContext): InternalIdentity => ({
  viewer,
  requestId,
});

/** Two requests with the same key get the same answers. */
export const sharingKeyOf = (viewer: Viewer | null): string =>
  viewer ? `${viewer.userId} ${viewer.sessionId} ${viewer.roles.join()}` : 'anonymous';
