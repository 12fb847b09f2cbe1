import { digestBytesOf, type Role, type Viewer } from '@souk/runtime/domain';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The same well-formed user id for the same name, in every test and process. */
export function userIdOf(name: string): string {
  const bytes = digestBytesOf(name);
  const suffix = [...bytes.subarray(0, 25)].map((byte) => ALPHABET[byte % 32]).join('');
  return `usr_0${suffix}`;
}

/** A viewer for a name: `as('ada')`, `as('ida', 'ADMIN')`. */
export const as = (name: string, ...roles: Role[]): Viewer => ({
  userId: userIdOf(name),
  sessionId: userIdOf(name).replace('usr_', 'ses_'),
  roles: ['CUSTOMER', ...roles],
});
