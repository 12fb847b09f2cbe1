import type { SignInMethods } from '../domain/step-up.ts';
import type { Db } from './client.ts';

export interface SignInMethodStore {
  /** What the account can sign in with; null where there is no such account. */
  of(accountId: string): Promise<SignInMethods | null>;
  /** Away with everything but the password. */
  removeAll(accountId: string): Promise<void>;
}

export const createSignInMethodStore = (db: Db): SignInMethodStore => ({
  of: async (accountId) => {
    const [row] = await db.$queryRaw<SignInMethods[]>`
      SELECT a.password_hash IS NOT NULL AS "hasPassword",
        a.email_verified_at IS NOT NULL AS "emailVerified",
        EXISTS (SELECT FROM totp t WHERE t.account_id = a.id AND t.confirmed_at IS NOT NULL)
          AS "totpEnabled",
        (SELECT count(*)::int FROM recovery_code r WHERE r.account_id = a.id AND r.used_at IS NULL)
          AS "recoveryCodesLeft",
        (SELECT count(*)::int FROM passkey p WHERE p.account_id = a.id) AS passkeys,
        (SELECT count(*)::int FROM linked_identity l WHERE l.account_id = a.id) AS identities
      FROM account a WHERE a.id = ${accountId} AND a.deleted_at IS NULL`;
    return row ?? null;
  },
  removeAll: async (accountId) => {
    const where = { accountId };
    await db.passkey.deleteMany({ where });
    await db.linkedIdentity.deleteMany({ where });
    await db.totp.deleteMany({ where });
    await db.recoveryCode.deleteMany({ where });
  },
});
