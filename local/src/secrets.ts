import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** What a production environment would hand in; made once for this data folder. */
export interface LocalSecrets {
  cursorSecret: string;
  /** Ed25519, for access tokens. */
  accessTokenKey: JWK;
  /** Ed25519, for the identity a gateway passes to subgraphs. */
  internalIdentityKey: JWK;
}

const FILE = 'secrets.json';

/** The secrets kept in the data folder, readable by this user alone; made when absent. */
export async function localSecrets(dataDir: string): Promise<LocalSecrets> {
  const path = join(dataDir, FILE);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secrets: LocalSecrets = {
    cursorSecret: randomBytes(32).toString('base64url'),
    accessTokenKey: await signingKey(),
    internalIdentityKey: await signingKey(),
  };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

async function signingKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const kid = randomBytes(6).toString('base64url');
  return { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA' };
}

/** The public half of a signing key. */
export function publicHalf({ d: _, ...open }: JWK): JWK {
  return open;
}
