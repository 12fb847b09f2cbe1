export { SubgraphFault } from '@souk/engine';
export { gatewayOptionsOf } from './app.ts';
export {
  type AccessTokenKeys,
  type AccessTokenKeysOptions,
  createAccessTokenKeys,
} from './authentication/access-token-keys.ts';
export { IdentityUnavailable } from './authentication/identity-unavailable.ts';
export {
  type AccessTokenOptions,
  createAccessTokenVerifier,
  type VerifiedViewer,
  type VerifyAccessToken,
} from './authentication/viewer.ts';
export type { HttpLimits } from './clients/http/http-limits.ts';
export type { Route } from './clients/http/server.ts';
export type { SocketLimits } from './clients/socket-limits.ts';
export { type GatewayConfig, loadConfig } from './config.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { IDENTITY } from './identity/identity-address.ts';
export { identifiableTypesIn, identitySchemaOf } from './identity/identity-schema.ts';
export { createIdentitySubgraph } from './identity/identity-subgraph.ts';
export type { OperationLimits } from './limits/limits.ts';
export { parseManifest } from './limits/persisted/manifest.ts';
export type {
  PersistedOptions,
  SafelistOptions,
} from './limits/persisted/persisted-operations.ts';
export { CompositionError, compose, type SubgraphSchema } from './supergraph/compose.ts';
export { SUBGRAPH_ADDRESSES } from './supergraph/subgraph-addresses.ts';
export type { LocalSubgraph } from './upstream/local-subgraph.ts';
