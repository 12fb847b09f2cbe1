import { domainToASCII } from 'node:url';

/** RFC 5321 allows 254 octets in a path, 64 of them before the @. */
const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;
/** The characters of an unquoted local part (RFC 5322 dot-atom); quoting is refused. */
const LOCAL = /^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** No part is longer than names may have (RFC 1035). */
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * The canonical form of an address, under which it is unique: in lower case, with the domain in ASCII (so
 * that a look-alike domain is visibly different) and without a final dot. Dots and `+tags` before the @ are
 * kept: at most providers they are different mailboxes. Null when it is not an address.
 */
export function canonicalEmail(text: string): string | null {
  if (text.length > 4 * MAX_LENGTH) return null;
  const [local, domain, ...rest] = text.trim().split('@');
  if (local === undefined || domain === undefined || rest.length > 0) return null;
  const ascii = domainToASCII(domain.replace(/\.$/, ''));
  // Only where the letters are ASCII: the Kelvin sign has a small letter that is one.
  const address = `${local.toLowerCase()}@${ascii}`;
  const fits = local.length <= MAX_LOCAL_LENGTH && address.length <= MAX_LENGTH;
  return fits && LOCAL.test(local) && DOMAIN.test(ascii) ? address : null;
}
