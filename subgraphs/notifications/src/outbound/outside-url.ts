import { isIP } from 'node:net';
import { badInput } from '@souk/runtime/domain';
import { isOwnName } from './own-names.ts';
import { isPrivateAddress } from './private-addresses.ts';

/**
 * Refuses anything that cannot be an external address: another protocol, a name and password, an address of
 * our own network. Where other names lead is known only when something is sent (`post-outside.ts`).
 */
export function assertOutsideUrl(
  given: string,
  { allowPrivate, path }: { allowPrivate: boolean; path: readonly string[] },
): void {
  const protocols = allowPrivate ? ['https:', 'http:'] : ['https:'];
  const url = URL.canParse(given) ? new URL(given) : null;
  if (!url || !protocols.includes(url.protocol)) {
    throw badInput('Give an https URL.', path);
  }
  if (url.username || url.password) {
    throw badInput('The URL must not contain a user name or password.', path);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && (isIP(host) === 0 ? isOwnName(host) : isPrivateAddress(host))) {
    throw badInput('This address is not on the public internet.', path);
  }
}
