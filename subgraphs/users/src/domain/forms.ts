import {
  checkedPostalAddress,
  type FormChecks,
  type PostalAddressInput,
} from '@souk/runtime/domain';
import { checkedRegistration, type RegistrationInput } from './registration.ts';

/** What the domain checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  createAddress: checkAddress,
  updateAddress: checkAddress,
  registerUser: ({ input }: { input: RegistrationInput }) => checkedRegistration(input),
};

function checkAddress({ input }: { input: { postal: PostalAddressInput } }) {
  return checkedPostalAddress(input.postal, ['input', 'postal']);
}
