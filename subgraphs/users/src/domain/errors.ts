import { DomainError } from '@souk/runtime/domain';
import { MIN_PASSWORD_LENGTH, type PasswordWeakness } from './password-rules.ts';

/** Every failure that is specific to this subgraph; the common ones are in the runtime. */

/** Shown only to somebody who reads the mail of the address. */
export const emailTaken = (path: readonly string[] = ['input']) =>
  new DomainError(
    'EMAIL_TAKEN',
    'CONFLICT',
    'There is already an account with this email address.',
    {
      type: 'EmailTakenError',
      path,
    },
  );

export const usernameTaken = (suggestion: string | null) =>
  new DomainError('USERNAME_TAKEN', 'CONFLICT', 'Somebody else has this username.', {
    type: 'UsernameTakenError',
    path: ['input', 'username'],
    data: { suggestion },
  });

export const weakPassword = (
  code: 'PASSWORD_TOO_SHORT' | 'PASSWORD_TOO_LONG' | 'PASSWORD_TOO_COMMON',
  message: string,
  path: readonly string[],
) =>
  new DomainError(code, 'INVALID', message, {
    type: 'WeakPasswordError',
    path,
    data: { minimumLength: MIN_PASSWORD_LENGTH },
  });

const WEAKNESSES: Readonly<Record<PasswordWeakness, string>> = {
  COMMON: 'This password is one of the most common ones, or very close to one.',
  KEYBOARD: 'This password is a row of keys on a keyboard.',
  REPEATED: 'This password repeats the same few characters.',
  SEQUENCE: 'This password is a sequence such as abcdefgh or 87654321.',
  DATE: 'This password is little more than a date.',
};

/** A password among the first that anybody would try, with the reason in words. */
export const commonPassword = (weakness: PasswordWeakness, path: readonly string[]) =>
  weakPassword('PASSWORD_TOO_COMMON', WEAKNESSES[weakness], path);

const WRONG_OR_TOO_OFTEN = 'The login or the password is wrong, or there were too many attempts.';

/**
 * The same for an unknown login, a wrong password, and an account with too many attempts by its other name.
 */
export const invalidCredentials = (attemptsLeft: number) =>
  new DomainError('INVALID_CREDENTIALS', 'INVALID', WRONG_OR_TOO_OFTEN, {
    type: 'InvalidCredentialsError',
    data: { attemptsLeft },
  });

/**
 * A code that does not answer its challenge, or a challenge that can no longer be answered; the same for one
 * that was never issued.
 */
export const codeInvalid = (
  path: readonly string[],
  {
    attemptsLeft = null,
    expired = false,
  }: { attemptsLeft?: number | null; expired?: boolean } = {},
) =>
  new DomainError(
    expired ? 'CODE_EXPIRED' : 'CODE_INVALID',
    'INVALID',
    expired
      ? 'This code has expired; ask for another.'
      : 'This code is wrong or no longer valid; ask for another.',
    { type: 'CodeInvalidError', path, data: { attemptsLeft, expired } },
  );

export const totpAlreadyEnabled = () =>
  new DomainError('TOTP_ALREADY_ENABLED', 'CONFLICT', 'There is already an authenticator app.');

export const totpNotEnabled = () =>
  new DomainError('TOTP_NOT_ENABLED', 'CONFLICT', 'There is no authenticator app.');

export const tokenInvalid = (path: string) =>
  new DomainError('TOKEN_INVALID', 'INVALID', 'This token cannot be used.', {
    type: 'TokenInvalidError',
    path: [path],
    data: { expired: false },
  });

export const tokenExpired = (path: string) =>
  new DomainError('TOKEN_EXPIRED', 'INVALID', 'This token has expired.', {
    type: 'TokenInvalidError',
    path: [path],
    data: { expired: true },
  });

export const cannotDemoteYourself = () =>
  new DomainError('CANNOT_DEMOTE_YOURSELF', 'FORBIDDEN', 'Ask another admin to remove your role.', {
    path: ['roles'],
  });

export const cannotSuspendYourself = () =>
  new DomainError('CANNOT_SUSPEND_YOURSELF', 'FORBIDDEN', 'Nobody can suspend themselves.', {
    path: ['userId'],
  });

export const lastAdministrator = () =>
  new DomainError(
    'LAST_ADMINISTRATOR',
    'CONFLICT',
    'No other admin would be left: make somebody else an admin first.',
  );

export const signInBusy = () =>
  new DomainError(
    'SIGN_IN_BUSY',
    'UNAVAILABLE',
    'Too many people are signing in at once; try again in a moment.',
  );
