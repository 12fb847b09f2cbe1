import type { Account } from '../domain/account.ts';
import type { AccountExport } from '../domain/account-export.ts';
import type { SavedAddress } from '../domain/address-book.ts';
import type { ApiKey } from '../domain/api-key.ts';
import type { LinkedIdentity } from '../domain/linked-identity.ts';
import type { Media } from '../domain/media.ts';
import type { Passkey } from '../domain/passkey.ts';
import type { SecurityChange } from '../domain/security-change.ts';
import type { Session, SessionEndReason } from '../domain/session.ts';
import type { SignInMethods } from '../domain/step-up.ts';
import type { AccountAtHead } from '../persistence/account-store.ts';

/** What each GraphQL type resolves from. */
export type UserModel = Account;

/** `current` is known where a session has just been opened; elsewhere the request tells. */
export type SessionModel = Session & { readonly current?: boolean };

export type ApiKeyModel = ApiKey;

export type LinkedIdentityModel = LinkedIdentity;

export type PasskeyModel = Passkey;

/** What of an account is shown of its ways to sign in; its passkeys are read when asked for. */
export type SecuritySettingsModel = SignInMethods & { readonly accountId: string };

/** With the session in whose name it is shown, if there is one. */
export type ViewerModel = AccountAtHead & { readonly sessionId: string | null };

export interface ProfileUpdatedModel {
  readonly cursor: string;
  readonly occurredAt: Date;
  readonly userId: string;
  readonly changed: readonly string[];
}

export interface SessionRevokedModel {
  readonly cursor: string;
  readonly occurredAt: Date;
  readonly sessionId: string;
  readonly endReason: SessionEndReason;
}

/** How the account may be used, or how it signs in, was changed. */
export interface SecurityChangedModel {
  readonly cursor: string;
  readonly occurredAt: Date;
  readonly change: SecurityChange;
}

export type AddressModel = SavedAddress;

export type MediaModel = Media;

export type AccountExportModel = AccountExport;

export interface ExportFinishedModel {
  readonly cursor: string;
  readonly occurredAt: Date;
  readonly exportId: string;
}
