/** A subgraph from its parts, served or embedded. */

export { defineSubgraph } from './define-subgraph.ts';
export {
  type Documents,
  type Download,
  documentRoute,
  documentSettings,
  downloadOf,
} from './documents.ts';
export { contentDisposition, FILE_HEADERS } from './file-headers.ts';
export { answerRoute, readBody } from './http-messages.ts';
export { createInfrastructure, type Infrastructure, type SubgraphDeps } from './infrastructure.ts';
export { joinedSubscription } from './joined-subscription.ts';
export { processSettings, runSubgraph, runWorker, startSubgraphServer } from './process.ts';
export { openingSettings, sealingSettings } from './sealing-settings.ts';
export { type ServedSubgraph, serveSubgraph } from './serve.ts';
export { IDENTITY_REFUSED, signedSubscription } from './serve-sockets.ts';
export {
  type FollowedStream,
  followAuthorised,
  type GuardedStream,
  type StreamNotice,
  type StreamPlace,
  streamSubscription,
} from './stream-subscription.ts';
export { createSubgraph, type HttpRoute, type Subgraph, type SubgraphRequest } from './subgraph.ts';
export type { SubgraphContext } from './subgraph-context.ts';
