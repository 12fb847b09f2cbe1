import { randomBytes } from 'node:crypto';
import { API_KEY_PREFIX } from '@souk/runtime/identity';

/** The part of the secret that its owner is shown later: enough to tell keys apart, useless for guessing. */
const SHOWN = API_KEY_PREFIX.length + 6;

/** 256 bits after a prefix by which scanners for leaked secrets recognise it. */
export function newApiKeySecret(): { readonly secret: string; readonly prefix: string } {
  const secret = `${API_KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
  return { secret, prefix: secret.slice(0, SHOWN) };
}
