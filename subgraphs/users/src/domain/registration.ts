import { canonicalEmail, checkAll, SCALAR_RULES } from '@souk/runtime/domain';
import { commonPassword } from './errors.ts';
import { assertAcceptablePassword, type PasswordWeakness } from './password-rules.ts';
import { parseUsername } from './username.ts';

/** What a new person says of themselves; texts are checked as the schema says. */
export interface RegistrationInput {
  email: string;
  username: string;
  displayName?: string | null | undefined;
  password: string;
  locale?: string | null | undefined;
}

const AT_PASSWORD = ['input', 'password'];

/** An address as its owner writes it and as it is compared; throws `BAD_USER_INPUT` when it is invalid. */
export function parsedEmail(text: string, path: readonly string[]) {
  const written = SCALAR_RULES.EmailAddress(text, path);
  return { written, canonical: canonicalEmail(written) ?? written };
}

/**
 * The person, with address and username in canonical form; throws all mistakes together. What makes the
 * password easy to guess has been determined before.
 */
export function checkedRegistration(
  { password, ...person }: RegistrationInput,
  weakness: PasswordWeakness | null = null,
) {
  const { email, username } = checkAll({
    email: () => parsedEmail(person.email, ['input', 'email']),
    username: () => parseUsername(person.username, ['input', 'username']),
    password: () => {
      assertAcceptablePassword(password, person, AT_PASSWORD);
      if (weakness) throw commonPassword(weakness, AT_PASSWORD);
    },
  });
  const { displayName, locale = null } = person;
  return { email, username, displayName: displayName ?? username, locale };
}
