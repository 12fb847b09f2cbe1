import { createQuotas, defineStores, type StoresOf } from '@souk/runtime/persistence';
import { createAccountExportStore } from './account-export-store.ts';
import { createAccountStore } from './account-store.ts';
import { createAddressStore } from './address-store.ts';
import { createApiKeyStore } from './api-key-store.ts';
import { createChallengeStore } from './challenge-store.ts';
import type { Db } from './client.ts';
import { createLinkedIdentityStore } from './linked-identity-store.ts';
import { createMediaStore } from './media-store.ts';
import { createPasskeyStore } from './passkey-store.ts';
import { createSecondFactorStore } from './second-factor-store.ts';
import { createSessionStore } from './session-store.ts';
import { createSignInMethodStore } from './sign-in-method-store.ts';

/** Everything this subgraph reads and writes, on one transaction or on the client itself. */
export type Stores = StoresOf<typeof storesOn>;

export const storesOn = defineStores<Db>()({
  accounts: createAccountStore,
  addresses: createAddressStore,
  apiKeys: createApiKeyStore,
  challenges: createChallengeStore,
  exports: createAccountExportStore,
  identities: createLinkedIdentityStore,
  media: createMediaStore,
  sessions: createSessionStore,
  passkeys: createPasskeyStore,
  quotas: createQuotas,
  secondFactors: createSecondFactorStore,
  signInMethods: createSignInMethodStore,
});
