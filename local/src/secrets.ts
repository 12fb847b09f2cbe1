import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, StartupError } from '@souk/embedded';
import {
  newSealingKeys,
  SEALED_FOR,
  type SealedFor,
  type SealingKeys,
  sealingKeyOf,
} from '@souk/runtime/events';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** What a production environment would hand in; made once for this data folder. */
export interface LocalSecrets {
  cursorSecret: string;
  /** Ed25519, for access tokens. */
  accessTokenKey: JWK;
  /** Ed25519, for the identity a gateway passes to subgraphs. */
  internalIdentityKey: JWK;
  /** 256 bits, for the secrets of authenticator apps. */
  accountSecretKey: JWK;
  /** X25519, for secrets in events: of each subgraph that takes some. */
  eventOpeningKeys: Readonly<Record<SealedFor, string>>;
}

const FILE = 'secrets.json';

const SECRETS: readonly (keyof LocalSecrets)[] = [
  'cursorSecret',
  'accessTokenKey',
  'internalIdentityKey',
  'accountSecretKey',
  'eventOpeningKeys',
];

/** The secrets kept in the data folder, readable by this user alone; made when absent. */
export async function localSecrets(dataDir: string): Promise<LocalSecrets> {
  const path = join(dataDir, FILE);
  const kept = readSecrets(path);
  if (kept && SECRETS.every((name) => name in kept)) return kept as LocalSecrets;
  // A folder of an earlier release lacks those that came later.
  const secrets: LocalSecrets = {
    cursorSecret: randomBytes(32).toString('base64url'),
    accessTokenKey: await signingKey(),
    internalIdentityKey: await signingKey(),
    accountSecretKey: encryptionKey(),
    eventOpeningKeys: perRecipient(() => kept?.eventOpeningKey ?? openingKey()),
    ...kept,
  };
  makeFolder(dataDir);
  // In one step, so that a start that is cut short leaves no half of a file.
  writeFileSync(`${path}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return secrets;
}

const openingKey = () => Buffer.from(newSealingKeys().privateKey).toString('base64');

const perRecipient = <Value>(of: (recipient: SealedFor) => Value) =>
  Object.fromEntries(SEALED_FOR.map((recipient) => [recipient, of(recipient)])) as Record<
    SealedFor,
    Value
  >;

/** `eventOpeningKey` was one for all, and has sealed what is kept. */
type KeptSecrets = Partial<LocalSecrets> & { readonly eventOpeningKey?: string };

function readSecrets(path: string): KeptSecrets | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new StartupError(
      'SECRETS_UNREADABLE',
      `The secrets in ${path} cannot be read: ${(error as Error).message}`,
      'Remove that file to get new ones (everybody signs in again), or choose another folder with --data <folder>.',
      error,
    );
  }
}

async function signingKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const kid = randomBytes(6).toString('base64url');
  return { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA' };
}

function encryptionKey(): JWK {
  const kid = randomBytes(6).toString('base64url');
  return { kty: 'oct', k: randomBytes(32).toString('base64url'), kid };
}

/** The public half of a signing key. */
export function publicHalf({ d: _, ...open }: JWK): JWK {
  return open;
}

/** The public keys that seal the secrets in events for each recipient. */
export const sealingKeysOf = ({
  eventOpeningKeys,
}: Pick<LocalSecrets, 'eventOpeningKeys'>): SealingKeys =>
  perRecipient((recipient) => sealingKeyOf(Buffer.from(eventOpeningKeys[recipient], 'base64')));
