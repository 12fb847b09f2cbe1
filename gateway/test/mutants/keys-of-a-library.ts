import { createRemoteJWKSet } from 'jose';
import type { AccessTokenKeys } from '../../src/index.ts';

/**
 * The keys as the library fetches them: while users is away every token is invalid, and its owner is told to
 * sign in again.
 */
export const keysOfALibrary = (url: URL): AccessTokenKeys =>
  createRemoteJWKSet(url) as AccessTokenKeys;
