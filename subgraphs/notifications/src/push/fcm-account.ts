import { createPrivateKey } from 'node:crypto';
import { textsOf } from '../outbound/texts-of.ts';

/** A service account of Google Cloud, with the names that its file uses. */
export interface FcmAccount {
  project_id: string;
  client_email: string;
  private_key: string;
  /** Where access tokens are requested. */
  token_uri: string;
}

/** Throws if a part is missing, or if the key is of another kind. */
export function fcmAccountOf(value: unknown): FcmAccount {
  const account = textsOf(value, ['project_id', 'client_email', 'private_key', 'token_uri']);
  if (!URL.canParse(account.token_uri)) throw new Error('must have a URL as "token_uri".');
  if (!isRsaKey(account.private_key)) throw new Error('must have an RSA "private_key" in PEM.');
  return account;
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
