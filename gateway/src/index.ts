export { gatewayOptionsOf } from './app.ts';
export {
  type AccessTokenKeys,
  type AccessTokenKeysOptions,
  createAccessTokenKeys,
} from './authentication/access-token-keys.ts';
export { IdentityUnavailable } from './authentication/identity-unavailable.ts';
export { CompositionError, compose, type SubgraphSchema } from './composition/compose.ts';
export { type GatewayConfig, loadConfig } from './config.ts';
export { SubgraphFault } from './execution/index.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export type { HttpLimits } from './http/graphql-endpoint.ts';
export type { Route } from './http/server.ts';
export { identifiableTypesIn, identitySchemaOf } from './identity/identity-schema.ts';
export { createIdentitySubgraph } from './identity/identity-subgraph.ts';
export type { OperationLimits } from './protection/limits.ts';
export { parseManifest } from './protection/persisted/manifest.ts';
export type {
  PersistedOptions,
  SafelistOptions,
} from './protection/persisted/persisted-operations.ts';
export { IDENTITY, SUBGRAPHS } from './subgraphs.ts';
export type { SocketLimits } from './subscriptions/socket-limits.ts';
export type { LocalSubgraph } from './transport/local-subgraph.ts';
export {
  type AccessTokenOptions,
  createAccessTokenVerifier,
  type VerifiedViewer,
  type VerifyAccessToken,
} from './viewer.ts';
