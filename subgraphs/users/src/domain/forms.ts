import {
  checkAll,
  checkedPostalAddress,
  type FormChecks,
  type PostalAddressInput,
} from '@souk/runtime/domain';
import { type RequestedUpload, uploadChecks } from './media.ts';
import { checkedRegistration, type RegistrationInput } from './registration.ts';
import { parseUsername } from './username.ts';

/** The domain's checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createAddress: checkAddress,
  createUpload: ({ input }: { input: RequestedUpload }) => checkAll(uploadChecks(input)),
  updateAddress: checkAddress,
  completeOidcSignIn: checkUsername,
  confirmRegistration: checkUsername,
  registerUser: ({ input }: { input: RegistrationInput }) => checkedRegistration(input),
};

function checkUsername({ input: { username } }: { input: { username?: string | null } }) {
  return username == null ? null : parseUsername(username, ['input', 'username']);
}

function checkAddress({ input }: { input: { postal: PostalAddressInput } }) {
  return checkedPostalAddress(input.postal, ['input', 'postal']);
}
