import type { UsersDeps } from './deps.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { refreshSession } from './refresh-session.ts';
import { registerUser } from './register-user.ts';
import { requestEmailVerification } from './request-email-verification.ts';
import { revokeSession } from './revoke-session.ts';
import { setUserRoles } from './set-user-roles.ts';
import { updateProfile } from './update-profile.ts';
import { verifyEmail } from './verify-email.ts';

const all = {
  login,
  logout,
  refreshSession,
  registerUser,
  requestEmailVerification,
  revokeSession,
  setUserRoles,
  updateProfile,
  verifyEmail,
};

type Bound<UseCase> = UseCase extends (deps: UsersDeps, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The use cases with what they stand on filled in. */
export type UseCases = { readonly [Name in keyof typeof all]: Bound<(typeof all)[Name]> };

export const createUseCases = (deps: UsersDeps): UseCases => {
  const bound = Object.entries(all).map(([name, useCase]) => [
    name,
    (...rest: unknown[]) => (useCase as (...args: unknown[]) => unknown)(deps, ...rest),
  ]);
  return Object.fromEntries(bound);
};
