import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { seal, unseal } from './sealed-data.ts';

/** A secret as events carry it: only a subgraph with the opening keys reads it. */
export type Sealed = string & z.core.$brand<'Sealed'>;

/**
 * A field of an event whose value opens something: a code, a token, a link with one. The log, the queues, copies and
 * whoever else is shown the event have it sealed; the type lets no plain text in.
 */
export const sealed = () =>
  z
    .string()
    .brand<'Sealed'>()
    .meta({ description: 'Sealed: opened by who holds EVENT_OPENING_KEYS.', sealed: true });

export type SealValue = (text: string) => Sealed;
/** Takes what was `Sealed` when it was written down. */
export type OpenValue = (value: string) => string;

const MARK = 'sealed:';

/** Seals values for the subgraphs that have the private half of this key. */
export const createSealValue =
  (publicKey: string | undefined): SealValue =>
  (text) => {
    if (publicKey === undefined) throw new Error('There is no EVENT_SEALING_KEY to seal with.');
    return `${MARK}${seal(publicKey, text)}` as Sealed;
  };

/**
 * Opens values that were sealed for any of these private keys. What was recorded before values were sealed is
 * given as it is.
 */
export function createOpenValue(privateKeys: readonly string[]): OpenValue {
  const keys = privateKeys.map((key) => Buffer.from(key, 'base64'));
  return (value) => {
    if (!value.startsWith(MARK)) return value;
    const text = value.slice(MARK.length);
    for (const key of keys) {
      try {
        return unseal(key, text);
      } catch {
        // Sealed for another of them.
      }
    }
    throw new Error('A value was sealed for a key that is not among EVENT_OPENING_KEYS.');
  };
}

/** Throws where a text is no public key of `newSealingKeys`. */
export function assertSealingKey(text: string): void {
  const key = createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' });
  if (key.asymmetricKeyType !== 'x25519') throw new Error('not an X25519 key');
}

/** Throws where a text is no private key of `newSealingKeys`. */
export function assertOpeningKey(text: string): void {
  const key = createPrivateKey({ key: Buffer.from(text, 'base64'), type: 'pkcs8', format: 'der' });
  if (key.asymmetricKeyType !== 'x25519') throw new Error('not an X25519 key');
}
