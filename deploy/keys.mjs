// Prints an environment with fresh secrets: `npm run --silent keys > .env`. Nothing is kept.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';

const kid = () => randomBytes(6).toString('base64url');
const keyPair = async () => {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const secret = { ...(await exportJWK(privateKey)), kid: kid(), alg: 'EdDSA' };
  const { d: _, ...open } = secret;
  return { secret, open };
};

const accessToken = await keyPair();
const internalIdentity = await keyPair();
/** A secret that may stand in an address as it is. */
const password = () => randomBytes(18).toString('base64url');
const POSTGRES_PASSWORD = password();
const REDIS_PASSWORD = password();
/** A role of its own for each database that the compose file names, and the one that makes them. */
const compose = readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8');
const databases = [...compose.matchAll(/environment: (\w+)_DATABASE_URL /g)].map(([, upper]) => {
  const name = upper.toLowerCase();
  const address =
    name === 'admin'
      ? `souk:${POSTGRES_PASSWORD}@postgres:5432/postgres`
      : `${name}:${password()}@postgres:5432/${name}`;
  return [`${upper}_DATABASE_URL`, `postgresql://${address}`];
});
/** A pair for each subgraph that takes secrets from events, of those that the compose file names. */
const eventKeys = [...compose.matchAll(/environment: (\w+)_OPENING_KEYS /g)].map(([, upper]) => {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    ...{ upper, recipient: upper.toLowerCase() },
    sealing: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    opening: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  };
});
const lines = {
  ACCESS_TOKEN_PRIVATE_KEYS: JSON.stringify([accessToken.secret]),
  ACCOUNT_SECRET_KEYS: JSON.stringify([
    { kty: 'oct', k: randomBytes(32).toString('base64url'), kid: kid() },
  ]),
  // Providers that people may sign in by, with the secrets they gave (subgraphs/users/.env.example).
  IDENTITY_PROVIDERS: '[]',
  INTERNAL_IDENTITY_PRIVATE_KEY: JSON.stringify(internalIdentity.secret),
  INTERNAL_IDENTITY_KEYS: JSON.stringify({ keys: [internalIdentity.open] }),
  // What subgraphs seal the secrets in events with, and what those that take such events open them with.
  EVENT_SEALING_KEYS: eventKeys
    .map(({ recipient, sealing }) => `${recipient}=${sealing}`)
    .join(','),
  ...Object.fromEntries(eventKeys.map(({ upper, opening }) => [`${upper}_OPENING_KEYS`, opening])),
  CURSOR_SECRET: randomBytes(32).toString('base64url'),
  POSTGRES_PASSWORD,
  REDIS_PASSWORD,
  REDIS_URL: `redis://:${REDIS_PASSWORD}@redis:6379`,
  ...Object.fromEntries(databases),
};
for (const [name, value] of Object.entries(lines)) console.log(`${name}='${value}'`);
