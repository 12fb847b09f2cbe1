import { type InternalIdentity, identityNamed } from '../identity/internal-identity.ts';

/** Viewers in one request for several. */
const MAX_VIEWERS = 5_000;

/** The viewers of a request for several; null when they are invalid, or too many. */
export function identitiesNamed(names: unknown, requestId: string): InternalIdentity[] | null {
  if (!Array.isArray(names) || names.length > MAX_VIEWERS) return null;
  try {
    return names.map((name) => identityNamed(name, requestId));
  } catch {
    return null;
  }
}
