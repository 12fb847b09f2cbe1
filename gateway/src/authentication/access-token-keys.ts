import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@souk/runtime/process';
import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { IdentityUnavailable } from './identity-unavailable.ts';

export interface AccessTokenKeysOptions {
  /** Where users publishes its keys as a JSON Web Key Set. */
  url: URL;
  /** A file that keeps the last known keys, so that the next start does not depend on users. */
  file?: string | undefined;
  logger: Logger;
}

/** Finds the key of a token; rejects with IdentityUnavailable when the keys cannot be fetched. */
export type AccessTokenKeys = (
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
) => Promise<CryptoKey>;

/** Milliseconds after which keys are fetched again; the known ones stay valid meanwhile. */
const FRESH_MS = 600_000;
/**
 * Milliseconds between two fetches for unknown keys, of which only one runs at a time. Made-up key ids cause
 * no more fetches than that, are answered soon, and cannot prevent a new key from being found: its token
 * waits for the next fetch. Unknown keys are not remembered, since such a key may be published at that very
 * moment.
 */
const COOLDOWN_MS = 50;
const TIMEOUT_MS = 2_000;
/** Milliseconds before a failed fetch is tried again. */
const RETRY_MS = 500;

/**
 * The keys of access tokens, found as jose's remote key set finds them, except while users is unreachable:
 * known keys stay valid, including those of the last start, and when there are none a token is not invalid
 * but cannot be checked right now.
 */
export function createAccessTokenKeys({ url, file, logger }: AccessTokenKeysOptions) {
  let known: ReturnType<typeof createLocalJWKSet> | null = null;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | null = null;
  let isFailing = false;

  const adopt = (keys: JSONWebKeySet) => {
    known = createLocalJWKSet(keys);
  };
  const load = async () => {
    triedAt = Date.now();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`it answered ${response.status}`);
      const keys = (await response.json()) as JSONWebKeySet;
      adopt(keys);
      fetchedAt = Date.now();
      isFailing = false;
      if (file)
        await keep(file, keys).catch((err) => logger.warn({ err, file }, 'keys cannot be kept'));
    } catch (cause) {
      const reason = (cause as Error).message;
      if (!isFailing) logger.warn({ url: url.href, reason }, 'the keys of tokens cannot be had');
      isFailing = true;
      throw new IdentityUnavailable('the keys of access tokens cannot be had', { cause });
    }
  };
  const refresh = (after = 0) => {
    fetching ??= delay(after)
      .then(load)
      .finally(() => {
        fetching = null;
      });
    return fetching;
  };
  const ofLastStart =
    file === undefined
      ? Promise.resolve()
      : kept(file).then(
          (keys) => {
            if (!known) adopt(keys);
          },
          () => {},
        );

  return (async (header, token) => {
    await ofLastStart;
    if (!known) {
      // All callers wait for the same fetch, so that a failed one is not repeated once per caller.
      if (!fetching && Date.now() - triedAt < RETRY_MS)
        throw new IdentityUnavailable('the keys of access tokens cannot be had');
      await refresh();
    } else if (Date.now() - fetchedAt > FRESH_MS && Date.now() - triedAt > RETRY_MS) {
      refresh().catch(() => {});
    }
    try {
      return await (known as NonNullable<typeof known>)(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The key may be new, or made up.
      if (isFailing && !fetching && Date.now() - triedAt < RETRY_MS) {
        throw new IdentityUnavailable('a key may be new', { cause: error });
      }
      await refresh(Math.max(0, triedAt + COOLDOWN_MS - Date.now()));
      return await (known as NonNullable<typeof known>)(header, token);
    }
  }) satisfies AccessTokenKeys;
}

async function kept(file: string): Promise<JSONWebKeySet> {
  return JSON.parse(await readFile(file, 'utf8')) as JSONWebKeySet;
}

/** The file is replaced as a whole, since another process may be reading it. */
async function keep(file: string, keys: JSONWebKeySet): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(keys), { mode: 0o600 });
  await rename(draft, file);
}
