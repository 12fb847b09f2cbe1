// Rotates the keys of an installation in three steps, each rolled out before the next, so that no process
// ever meets what it cannot check: `npm run --silent keys:rotate -- begin < .env > .env.next`.
//   begin   every process accepts the new keys, and signs by the old ones
//   switch  every process signs by the new keys, and accepts the old ones
//   end     the keys that the rotation before this one replaced are gone, but for those that encrypt what is stored.
//           Nothing was signed by them since that one ended, and it refuses until a day later: by then no token, link
//           to a file or sealed mail by them is alive. `end --leaked` takes away all old keys at once, and what they made
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseEnv } from 'node:util';
import { exportJWK, generateKeyPair } from 'jose';

const OPENING_KEYS = '_OPENING_KEYS';
const recipientOf = (name) => name.slice(0, -OPENING_KEYS.length).toLowerCase();
/** When the last rotation ended: from then on no process signs by what it replaced. */
const ENDED_AT = 'KEYS_ROTATED_AT';
/** The longest that anything lives which ends by itself: a link to a file. */
const LONGEST_LIFE_MS = 86_400_000;
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
  end: (list, _, leaked) => list.slice(0, leaked ? 1 : 2),
};

function assertNothingLivesByWhatGoes({ [ENDED_AT]: endedAt }, now) {
  const wait = endedAt === undefined ? 0 : Date.parse(endedAt) + LONGEST_LIFE_MS - now;
  if (wait <= 0) return;
  throw new Error(
    `What the rotation before replaced may have made something that still lives: end in ${Math.ceil(wait / 60_000)} minutes, or, if keys have leaked, \`end --leaked\`.`,
  );
}

/** The environment after a step. */
export async function rotated(env, step, { leaked = false, now = Date.now() } = {}) {
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
  if (step === 'end' && !leaked) assertNothingLivesByWhatGoes(env, now);
  const opening = openers.map((name) => [
    name,
    change(env[name].split(','), newOpeningKey(), leaked),
  ]);
  const identity = JSON.parse(INTERNAL_IDENTITY_PRIVATE_KEY);
  const nextIdentity = step === 'begin' ? await newSigningKey() : next && JSON.parse(next);
  const signer = step === 'switch' ? nextIdentity : identity;
  const older = JSON.parse(env.INTERNAL_IDENTITY_KEYS).keys.filter(
    ({ kid }) => kid !== identity.kid,
  );
  const accepted = [openHalf(identity), ...older];
  const changed = {
    ...env,
    CURSOR_SECRET: change(cursorSecrets, newSecret(), leaked).join(','),
    ACCESS_TOKEN_PRIVATE_KEYS: JSON.stringify(change(signing, await newSigningKey(), leaked)),
    // What is stored was encrypted by them: none is ever taken away here.
    ACCOUNT_SECRET_KEYS: JSON.stringify(
      step === 'end' ? encrypting : change(encrypting, { kty: 'oct', k: newSecret(), kid: kid() }),
    ),
    ...Object.fromEntries(opening.map(([name, keys]) => [name, keys.join(',')])),
    EVENT_SEALING_KEYS: opening
      .map(([name, [newest]]) => `${recipientOf(name)}=${sealingKeyOf(newest)}`)
      .join(','),
    INTERNAL_IDENTITY_PRIVATE_KEY: JSON.stringify(signer),
    INTERNAL_IDENTITY_KEYS: JSON.stringify({
      keys: change(accepted, nextIdentity && openHalf(nextIdentity), leaked),
    }),
    ...(step === 'end' ? { [ENDED_AT]: new Date(now).toISOString() } : {}),
  };
  if (step === 'begin') return { ...changed, [NEXT_IDENTITY]: JSON.stringify(nextIdentity) };
  const { [NEXT_IDENTITY]: _, ...without } = changed;
  return without;
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const [step, flag] = process.argv.slice(2);
  const leaked = step === 'end' && flag === '--leaked';
  const env = await rotated(parseEnv(await text(process.stdin)), step, { leaked });
  for (const [name, value] of Object.entries(env)) console.log(`${name}='${value}'`);
}
