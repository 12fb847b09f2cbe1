import { type ApiKeyScope, DomainError } from '@souk/runtime/domain';

/** A key for programs, as its owner sees it: never with the secret. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The beginning of the secret, by which its owner recognises it. */
  readonly prefix: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Enough for all programs; each has rates of its own, so there is a limit. */
export const MAX_API_KEYS = 20;

/** How precisely the last use of a key is recorded: a write for each request would be expensive. */
export const LAST_USE_KNOWN_TO_MS = 60_000;

export const tooManyApiKeys = () =>
  new DomainError(
    'TOO_MANY_API_KEYS',
    'INVALID',
    `An account can have at most ${MAX_API_KEYS} keys.`,
  );

/** Throws for unknown scopes, and for an end in the past. */
export function assertKeyOfUse(
  { scopes, expiresAt }: { scopes: readonly unknown[]; expiresAt?: Date | null | undefined },
  now: Date,
): void {
  if (scopes.length === 0) throw keyInvalid('A key needs at least one scope.', 'scopes');
  if (expiresAt && expiresAt <= now)
    throw keyInvalid('The expiry must be in the future.', 'expiresAt');
}

const keyInvalid = (message: string, field: string) =>
  new DomainError('API_KEY_INVALID', 'INVALID', message, { path: ['input', field] });
