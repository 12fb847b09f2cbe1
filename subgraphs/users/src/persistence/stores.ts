import { type AccountExportStore, createAccountExportStore } from './account-export-store.ts';
import { type AccountStore, createAccountStore } from './account-store.ts';
import { type AddressStore, createAddressStore } from './address-store.ts';
import { type ApiKeyStore, createApiKeyStore } from './api-key-store.ts';
import { type ChallengeStore, createChallengeStore } from './challenge-store.ts';
import type { Db } from './client.ts';
import { createLinkedIdentityStore, type LinkedIdentityStore } from './linked-identity-store.ts';
import { createMediaStore, type MediaStore } from './media-store.ts';
import { createPasskeyStore, type PasskeyStore } from './passkey-store.ts';
import { createSecondFactorStore, type SecondFactorStore } from './second-factor-store.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
import { createSignInMethodStore, type SignInMethodStore } from './sign-in-method-store.ts';

export interface Stores {
  readonly accounts: AccountStore;
  readonly addresses: AddressStore;
  readonly apiKeys: ApiKeyStore;
  readonly challenges: ChallengeStore;
  readonly exports: AccountExportStore;
  readonly identities: LinkedIdentityStore;
  readonly media: MediaStore;
  readonly sessions: SessionStore;
  readonly passkeys: PasskeyStore;
  readonly secondFactors: SecondFactorStore;
  readonly signInMethods: SignInMethodStore;
}

/** The stores, inside a transaction or on the client itself. */
export const storesOn = (db: Db): Stores => ({
  accounts: createAccountStore(db),
  addresses: createAddressStore(db),
  apiKeys: createApiKeyStore(db),
  challenges: createChallengeStore(db),
  exports: createAccountExportStore(db),
  identities: createLinkedIdentityStore(db),
  media: createMediaStore(db),
  sessions: createSessionStore(db),
  passkeys: createPasskeyStore(db),
  secondFactors: createSecondFactorStore(db),
  signInMethods: createSignInMethodStore(db),
});
