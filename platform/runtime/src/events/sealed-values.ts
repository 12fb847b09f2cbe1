import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { seal, unseal } from './sealed-data.ts';

/**
 * The subgraphs that read secrets from events. Each has a pair of keys of its own, and cannot decrypt those
 * of another.
 */
export const SEALED_FOR = ['notifications', 'products'] as const;

export type SealedFor = (typeof SEALED_FOR)[number];

export const isSealedFor = (subgraph: string): subgraph is SealedFor =>
  (SEALED_FOR as readonly string[]).includes(subgraph);

/** A secret as events carry it: only the subgraph that it was encrypted for can read it. */
export type Sealed<For extends SealedFor> = string & z.core.$brand<`Sealed for ${For}`>;

/**
 * A field of an event whose value gives access to something: a code, a token, a link with one. In the log,
 * the queues, copies and everywhere else the event is shown it is encrypted; the type accepts no plain text,
 * and nothing encrypted for another subgraph.
 */
export const sealed = <For extends SealedFor>(recipient: For) =>
  z
    .string()
    .brand<`Sealed for ${For}`>()
    .meta({ description: `Sealed: opened by ${recipient} alone.`, sealedFor: recipient });

/** The public key of each recipient. */
export type SealingKeys = Readonly<Partial<Record<SealedFor, string>>>;

export type SealValue = <For extends SealedFor>(recipient: For, text: string) => Sealed<For>;
/** Accepts a text that was `Sealed` before it was stored. */
export type OpenValue = (value: string) => string;

const MARK = 'sealed:';

/** Encrypts values for the subgraphs that have the private halves of these keys. */
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
 * Decrypts values that were encrypted for any of these private keys. Values recorded before encryption was
 * introduced are returned unchanged.
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
        // Encrypted for another of them.
      }
    }
    throw new Error('A value was sealed for a key that is not among the opening keys.');
  };
}

/** Throws when a text is not a public key made by `newSealingKeys`. */
export function assertSealingKey(text: string): void {
  const key = createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' });
  if (key.asymmetricKeyType !== 'x25519') throw new Error('not an X25519 key');
}

/** Throws when a text is not a private key made by `newSealingKeys`. */
export function assertOpeningKey(text: string): void {
  const key = createPrivateKey({ key: Buffer.from(text, 'base64'), type: 'pkcs8', format: 'der' });
  if (key.asymmetricKeyType !== 'x25519') throw new Error('not an X25519 key');
}
