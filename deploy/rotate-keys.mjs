// Rotates the keys of an installation in three steps, each rolled out before the next, so that no process
// ever meets what it cannot check: `npm run --silent keys:rotate -- begin < .env > .env.next`.
//   begin   every process accepts the new keys, and signs by the old ones
//   switch  every process signs by the new keys, and accepts the old ones
//   end     the old keys are gone, but for those that encrypt what is stored, and for one generation of those
//           that cursors, links and sealed values in other hands were made by: they go with the next rotation
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseEnv } from 'node:util';
import { exportJWK, generateKeyPair } from 'jose';

const OPENING_KEYS = '_OPENING_KEYS';
const recipientOf = (name) => name.slice(0, -OPENING_KEYS.length).toLowerCase();
const NEXT_IDENTITY = 'INTERNAL_IDENTITY_NEXT_PRIVATE_KEY';

const kid = () => randomBytes(6).toString('base64url');
const newSecret = () => randomBytes(32).toString('base64url');
const openHalf = ({ d: _, ...open }) => open;
async function newSigningKey() {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: kid(), alg: 'EdDSA' };
}

const newOpeningKey = () =>
  generateKeyPairSync('x25519')
    .privateKey.export({ type: 'pkcs8', format: 'der' })
    .toString('base64');
const sealingKeyOf = (openingKey) =>
  createPublicKey(
    createPrivateKey({ key: Buffer.from(openingKey, 'base64'), type: 'pkcs8', format: 'der' }),
  )
    .export({ type: 'spki', format: 'der' })
    .toString('base64');

/** A list whose first item signs or encrypts, and of which all are accepted. */
const STEPS = {
  begin: (list, fresh) => [...list, fresh],
  switch: (list) => [list.at(-1), ...list.slice(0, -1)],
  end: (list) => list.slice(0, 1),
};

/** The environment after a step. */
export async function rotated(env, step) {
  const change = STEPS[step];
  if (!change) throw new Error(`There is no step ${step}: begin, switch or end.`);
  const { INTERNAL_IDENTITY_PRIVATE_KEY, [NEXT_IDENTITY]: next } = env;
  if ((step === 'begin') === (next !== undefined) && step !== 'end') {
    throw new Error(
      step === 'begin' ? 'A rotation is under way: switch.' : 'No rotation is under way: begin.',
    );
  }
  if (step === 'end' && next !== undefined) throw new Error('The keys are not switched: switch.');
  const cursorSecrets = env.CURSOR_SECRET.split(',');
  const signing = JSON.parse(env.ACCESS_TOKEN_PRIVATE_KEYS);
  const encrypting = JSON.parse(env.ACCOUNT_SECRET_KEYS);
  const openers = Object.keys(env).filter((name) => name.endsWith(OPENING_KEYS));
  if (openers.length === 0) {
    throw new Error(
      `No ${OPENING_KEYS} are there: take them and EVENT_SEALING_KEYS from \`npm run keys\`.`,
    );
  }
  // Mails wait for half a day, links to files hold for a whole one, and streams and links in mails are gone on
  // with much later: what made them counts until the next rotation ends.
  const changedWithCare = (list, fresh) =>
    step === 'end' ? list.slice(0, 2) : change(list, fresh);
  const opening = openers.map((name) => [
    name,
    changedWithCare(env[name].split(','), newOpeningKey()),
  ]);
  const identity = JSON.parse(INTERNAL_IDENTITY_PRIVATE_KEY);
  const nextIdentity = step === 'begin' ? await newSigningKey() : next && JSON.parse(next);
  const signer = step === 'switch' ? nextIdentity : identity;
  const accepted = step === 'end' ? [signer] : [identity, nextIdentity];
  const changed = {
    ...env,
    CURSOR_SECRET: changedWithCare(cursorSecrets, newSecret()).join(','),
    ACCESS_TOKEN_PRIVATE_KEYS: JSON.stringify(change(signing, await newSigningKey())),
    // What is stored was encrypted by them: none is ever taken away here.
    ACCOUNT_SECRET_KEYS: JSON.stringify(
      step === 'end' ? encrypting : change(encrypting, { kty: 'oct', k: newSecret(), kid: kid() }),
    ),
    ...Object.fromEntries(opening.map(([name, keys]) => [name, keys.join(',')])),
    EVENT_SEALING_KEYS: opening
      .map(([name, [newest]]) => `${recipientOf(name)}=${sealingKeyOf(newest)}`)
      .join(','),
    INTERNAL_IDENTITY_PRIVATE_KEY: JSON.stringify(signer),
    INTERNAL_IDENTITY_KEYS: JSON.stringify({ keys: accepted.map(openHalf) }),
  };
  if (step === 'begin') return { ...changed, [NEXT_IDENTITY]: JSON.stringify(nextIdentity) };
  const { [NEXT_IDENTITY]: _, ...without } = changed;
  return without;
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const env = await rotated(parseEnv(await text(process.stdin)), process.argv[2]);
  for (const [name, value] of Object.entries(env)) console.log(`${name}='${value}'`);
}
