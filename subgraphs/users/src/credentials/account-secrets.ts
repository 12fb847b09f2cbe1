import { randomBytes } from 'node:crypto';
import { base64url, CompactEncrypt, compactDecrypt, errors, type JWK } from 'jose';
import type { UsersConfig } from '../config.ts';

/**
 * Secrets that have to be read again, such as that of an authenticator app, and so cannot be stored as a
 * digest. They are encrypted, so that the database alone does not reveal them, and bound to their account, so
 * that copying one to another account's row is useless.
 */
export interface AccountSecrets {
  seal(accountId: string, secret: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Throws when it was encrypted with a key that is not in the ring, or for another account. */
  open(accountId: string, sealed: Uint8Array): Promise<string>;
}

const ENCRYPTION = { alg: 'dir', enc: 'A256GCM' } as const;

export function createAccountSecrets({
  accountSecretKeys,
}: Pick<UsersConfig, 'accountSecretKeys'>): AccountSecrets {
  const [newest] = accountSecretKeys;
  if (!newest) throw new Error('There is no key to encrypt secrets with.');
  return {
    seal: async (accountId, secret) => {
      const text = new TextEncoder().encode(JSON.stringify({ accountId, secret }));
      const jwe = await new CompactEncrypt(text)
        .setProtectedHeader({ ...ENCRYPTION, kid: String(newest.kid) })
        .encrypt(bytesOf(newest));
      return new TextEncoder().encode(jwe);
    },
    open: async (accountId, sealed) => {
      const { plaintext } = await compactDecrypt(
        sealed,
        ({ kid }) => {
          const key = accountSecretKeys.find((one) => one.kid === kid);
          if (!key) throw new errors.JWEInvalid('sealed by a key that is not in the ring');
          return bytesOf(key);
        },
        {
          keyManagementAlgorithms: [ENCRYPTION.alg],
          contentEncryptionAlgorithms: [ENCRYPTION.enc],
        },
      );
      const opened = JSON.parse(new TextDecoder().decode(plaintext));
      if (opened.accountId !== accountId) throw new errors.JWEInvalid('sealed for another account');
      return opened.secret;
    },
  };
}

const bytesOf = ({ k }: JWK) => base64url.decode(String(k));

/** A fresh key for `accountSecretKeys`. */
export const createSecretKey = (): JWK => ({
  kty: 'oct',
  k: randomBytes(32).toString('base64url'),
  kid: randomBytes(6).toString('base64url'),
});
