/**
 * How the viewer is identified between clients, the gateway and subgraphs: access tokens and signed
 * identities.
 */

export {
  ACCESS_TOKEN_TTL_SECONDS,
  createEndedSessions,
  ENDED_SESSION_REMEMBERED_SECONDS,
  type EndedSessions,
  LIST_COMPLETE_MS,
} from './access-tokens.ts';
export { API_KEY_PREFIX, apiKeyDigest, isApiKeySecret } from './api-keys.ts';
export {
  CONNECTION_HEADER,
  createIdentitySigner,
  createIdentityVerifier,
  INTERNAL_TOKEN_HEADER,
  type InternalIdentity,
  type NamedViewer,
  type SignIdentity,
} from './internal-identity.ts';
