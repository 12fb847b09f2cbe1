import type { RateLimit } from '@souk/runtime/backplane';
import type { Clock, NewId } from '@souk/runtime/domain';
import type { RunTransaction, SealValue } from '@souk/runtime/events';
import type { EndedSessions } from '@souk/runtime/identity';
import type { Logger } from '@souk/runtime/process';
import type { SignAccessToken } from '../credentials/access-tokens.ts';
import type { AccountSecrets } from '../credentials/account-secrets.ts';
import type { DeviceTokens } from '../credentials/device-tokens.ts';
import type { IdentityProviders } from '../credentials/identity-providers.ts';
import type { Passkeys } from '../credentials/passkeys.ts';
import type { PasswordStrength } from '../credentials/password-strength.ts';
import type { Passwords } from '../credentials/passwords.ts';
import type { FileStore } from '../media/file-store.ts';
import type { Inspect } from '../media/inspections.ts';
import type { MediaLinks } from '../media/media-links.ts';
import type { Stores } from '../persistence/stores.ts';

/** What the use cases stand on. */
export interface UsersDeps {
  readonly transaction: RunTransaction<Stores>;
  /** Stores outside any transaction. */
  readonly reads: Stores;
  readonly passwords: Passwords;
  readonly passwordStrength: PasswordStrength;
  readonly deviceTokens: DeviceTokens;
  readonly signAccessToken: SignAccessToken;
  readonly accountSecrets: AccountSecrets;
  readonly identityProviders: IdentityProviders;
  readonly passkeys: Passkeys;
  readonly sealValue: SealValue;
  readonly rateLimit: RateLimit;
  readonly endedSessions: EndedSessions;
  /** The bytes of files, links to them, and the turns in which they are looked at. */
  readonly files: FileStore;
  readonly mediaLinks: MediaLinks;
  readonly inspect: Inspect;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}
