import type { FormChecks } from '@souk/runtime/domain';
import { checkedRegistration, type RegistrationInput } from './registration.ts';

/** What the domain checks of a mutation's input, so that all its mistakes are reported at once. */
export const forms: FormChecks = {
  registerUser: ({ input }: { input: RegistrationInput }) => checkedRegistration(input),
};
