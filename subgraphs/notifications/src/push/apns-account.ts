import { createPrivateKey } from 'node:crypto';
import { textsOf } from '../outbound/texts-of.ts';

/** The account with which Apple's push service knows an app. */
export interface ApnsAccount {
  teamId: string;
  keyId: string;
  /** The app's bundle id. */
  topic: string;
  /** The key of the `.p8` file, for ES256. */
  privateKey: string;
}

/** Throws if a part is missing, or if the key is of another kind. */
export function apnsAccountOf(value: unknown): ApnsAccount {
  const account = textsOf(value, ['teamId', 'keyId', 'topic', 'privateKey']);
  const { namedCurve } = keyOf(account.privateKey).asymmetricKeyDetails ?? {};
  if (namedCurve !== 'prime256v1') throw new Error('must have a "privateKey" of P-256.');
  return account;
}

const keyOf = (pem: string) => {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error('must have a "privateKey" in PEM.');
  }
};
