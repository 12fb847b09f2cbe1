import { createAddress, deleteAddress, updateAddress } from './address-book.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { reauthenticate } from './reauthenticate.ts';
import { refreshSession } from './refresh-session.ts';
import { registerUser } from './register-user.ts';
import { requestEmailVerification } from './request-email-verification.ts';
import { revokeSession } from './revoke-session.ts';
import { setUserRoles } from './set-user-roles.ts';
import { suspendUser, unsuspendUser } from './suspend-user.ts';
import { updateProfile } from './update-profile.ts';
import { verifyEmail } from './verify-email.ts';

export const useCases = {
  ofViewer: {
    createAddress,
    deleteAddress,
    logout,
    reauthenticate,
    requestEmailVerification,
    revokeSession,
    setUserRoles,
    suspendUser,
    unsuspendUser,
    updateAddress,
    updateProfile,
  },
  ofAnybody: { login, refreshSession, registerUser, verifyEmail },
};
