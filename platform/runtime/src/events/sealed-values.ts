import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { seal, unseal } from './sealed-data.ts';

/** The subgraphs that take secrets from events. Each has a pair of keys of its own, and opens nothing of another. */
export const SEALED_FOR = ['notifications', 'products'] as const;

export type SealedFor = (typeof SEALED_FOR)[number];

export const isSealedFor = (subgraph: string): subgraph is SealedFor =>
  (SEALED_FOR as readonly string[]).includes(subgraph);

/** A secret as events carry it: only the subgraph that it was sealed for reads it. */
export type Sealed<For extends SealedFor> = string & z.core.$brand<`Sealed for ${For}`>;

/**
 * A field of an event whose value opens something: a code, a token, a link with one. The log, the queues, copies and
 * whoever else is shown the event have it sealed; the type lets in no plain text, and nothing sealed for another.
 */
export const sealed = <For extends SealedFor>(recipient: For) =>
  z
    .string()
    .brand<`Sealed for ${For}`>()
    .meta({ description: `Sealed: opened by ${recipient} alone.`, sealedFor: recipient });

/** The public key of each recipient. */
export type SealingKeys = Readonly<Partial<Record<SealedFor, string>>>;

export type SealValue = <For extends SealedFor>(recipient: For, text: string) => Sealed<For>;
/** Takes what was `Sealed` when it was written down. */
export type OpenValue = (value: string) => string;

const MARK = 'sealed:';

/** Seals values for the subgraphs that have the private halves of these keys. */
export const createSealValue =
  (keys: SealingKeys): SealValue =>
  <For extends SealedFor>(recipient: For, text: string) => {
    const publicKey = keys[recipient];
    if (publicKey === undefined) {
      throw new Error(`EVENT_SEALING_KEYS names no key of ${recipient} to seal with.`);
    }
    return `${MARK}${seal(publicKey, text)}` as Sealed<For>;
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
    throw new Error('A value was sealed for a key that is not among the opening keys.');
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
