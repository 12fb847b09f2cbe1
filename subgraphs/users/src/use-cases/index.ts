import { createAddress, deleteAddress, updateAddress } from './address-book.ts';
import { createApiKey, revokeApiKey } from './api-keys.ts';
import { completeUpload } from './complete-upload.ts';
import { confirmEmailChange } from './confirm-email-change.ts';
import { confirmRegistration } from './confirm-registration.ts';
import { createUpload } from './create-upload.ts';
import { cancelAccountDeletion, deleteAccount } from './delete-account.ts';
import { deleteMedia } from './delete-media.ts';
import { exportAccount } from './export-account.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { beginOidcSignIn } from './oidc-ceremony.ts';
import { reauthenticate } from './reauthenticate.ts';
import { refreshSession } from './refresh-session.ts';
import {
  beginPasskeyRegistration,
  registerPasskey,
  removePasskey,
  renamePasskey,
} from './register-passkey.ts';
import { registerUser } from './register-user.ts';
import { requestPasswordReset, requestSignInCode } from './request-account-code.ts';
import { requestEmailChange } from './request-email-change.ts';
import { requestEmailVerification, requestReauthenticationCode } from './request-own-code.ts';
import { resetPassword } from './reset-password.ts';
import { revokeSession } from './revoke-session.ts';
import { completeSignIn } from './second-factor.ts';
import { setPassword } from './set-password.ts';
import { setUserRoles } from './set-user-roles.ts';
import { signInWithCode } from './sign-in-with-code.ts';
import { completeOidcSignIn, linkIdentity, unlinkIdentity } from './sign-in-with-oidc.ts';
import { beginPasskeySignIn, signInWithPasskey } from './sign-in-with-passkey.ts';
import { suspendUser, unsuspendUser } from './suspend-user.ts';
import {
  beginTotpEnrolment,
  confirmTotpEnrolment,
  disableTotp,
  regenerateRecoveryCodes,
} from './totp-enrolment.ts';
import { updateProfile } from './update-profile.ts';
import { verifyEmail } from './verify-email.ts';

export const useCases = {
  ofViewer: {
    linkIdentity,
    unlinkIdentity,
    createApiKey,
    revokeApiKey,
    beginPasskeyRegistration,
    beginTotpEnrolment,
    confirmTotpEnrolment,
    disableTotp,
    regenerateRecoveryCodes,
    registerPasskey,
    removePasskey,
    renamePasskey,
    cancelAccountDeletion,
    completeUpload,
    deleteMedia,
    deleteAccount,
    exportAccount,
    createAddress,
    createUpload,
    deleteAddress,
    confirmEmailChange,
    logout,
    reauthenticate,
    requestEmailChange,
    requestEmailVerification,
    requestReauthenticationCode,
    revokeSession,
    setPassword,
    setUserRoles,
    suspendUser,
    unsuspendUser,
    updateAddress,
    updateProfile,
  },
  ofAnybody: {
    beginOidcSignIn,
    completeOidcSignIn,
    beginPasskeySignIn,
    completeSignIn,
    signInWithPasskey,
    confirmRegistration,
    login,
    refreshSession,
    registerUser,
    requestPasswordReset,
    requestSignInCode,
    resetPassword,
    signInWithCode,
    verifyEmail,
  },
};
