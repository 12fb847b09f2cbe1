import { randomBytes } from 'node:crypto';
import { API_KEY_PREFIX } from '@souk/runtime/identity';

/** Of the secret, as long as its owner is shown it later: enough to tell keys apart, nothing to guess by. */
const SHOWN = API_KEY_PREFIX.length + 6;

/** 256 bits behind a prefix by which scanners of leaked secrets know it. */
export function newApiKeySecret(): { readonly secret: string; readonly prefix: string } {
  const secret = `${API_KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
  return { secret, prefix: secret.slice(0, SHOWN) };
}
