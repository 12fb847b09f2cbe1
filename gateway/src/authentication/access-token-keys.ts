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
  /** Keeps the last keys for the next start, so that it does not need users. */
  file?: string | undefined;
  logger: Logger;
}

/** Finds the key of a token; rejects with IdentityUnavailable when keys cannot be had. */
export type AccessTokenKeys = (
  header: JWSHeaderParameters,
  token: FlattenedJWSInput,
) => Promise<CryptoKey>;

/** Milliseconds after which keys are fetched anew, while the known ones go on counting. */
const FRESH_MS = 600_000;
/**
 * Milliseconds between two fetches for keys nobody knows, of which there is one at a time. Whoever makes them up
 * causes no more, is answered soon, and cannot keep a key that is new from being found: its token waits for the next
 * fetch. No key is remembered as unknown, since it may be one that its maker publishes in this moment.
 */
const COOLDOWN_MS = 50;
const TIMEOUT_MS = 2_000;
/** Milliseconds between two tries to fetch what could not be fetched. */
const RETRY_MS = 500;

/**
 * The keys of access tokens, as jose's remote key set finds them, but for what happens when users is
 * away: keys that were known go on counting, those of the last start too, and without any a token is
 * not bad but cannot be checked right now.
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
      // Everybody waits for the same fetch, and not for one each after it has failed.
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
      // A new key, perhaps; or one that somebody made up.
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

/** Put in place whole: another process may read it in this moment. */
async function keep(file: string, keys: JSONWebKeySet): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(keys), { mode: 0o600 });
  await rename(draft, file);
}
