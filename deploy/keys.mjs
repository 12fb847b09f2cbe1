// Prints an environment with fresh secrets: `npm run --silent keys > .env`. Nothing is kept.
import { randomBytes } from 'node:crypto';
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
const lines = {
  ACCESS_TOKEN_PRIVATE_KEYS: JSON.stringify([accessToken.secret]),
  INTERNAL_IDENTITY_PRIVATE_KEY: JSON.stringify(internalIdentity.secret),
  INTERNAL_IDENTITY_KEYS: JSON.stringify({ keys: [internalIdentity.open] }),
  CURSOR_SECRET: randomBytes(32).toString('base64url'),
  POSTGRES_PASSWORD: randomBytes(18).toString('base64url'),
};
for (const [name, value] of Object.entries(lines)) console.log(`${name}='${value}'`);
