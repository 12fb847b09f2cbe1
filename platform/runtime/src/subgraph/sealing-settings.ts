import {
  assertOpeningKey,
  assertSealingKey,
  SEALED_FOR,
  type SealedFor,
  type SealingKeys,
} from '../events/sealed-values.ts';
import type { ConfigOf, Setting } from '../process/config.ts';

const required = <T>(variable: string, read: (text: string) => T): Setting<T> => ({
  variable,
  example: '…',
  required: true,
  read: (text) => {
    if (text === undefined) throw new Error('is required.');
    try {
      return read(text);
    } catch {
      throw new Error('must be as `npm run keys` makes it.');
    }
  },
});

/** For a subgraph whose events carry secrets: the public key of each recipient, as `name=key,name=key`. */
export const sealingSettings = {
  eventSealingKeys: required('EVENT_SEALING_KEYS', (text): SealingKeys => {
    const keys = Object.fromEntries(
      text.split(',').map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
      }),
    );
    for (const recipient of SEALED_FOR) assertSealingKey(keys[recipient] ?? '');
    return keys;
  }),
};

/**
 * For a subgraph that receives such events: its own private keys for decrypting them, separated by commas.
 */
export const openingSettings = (recipient: SealedFor) => ({
  eventOpeningKeys: required(
    `${recipient.toUpperCase()}_OPENING_KEYS`,
    (text): readonly string[] => {
      const keys = text.split(',');
      for (const key of keys) assertOpeningKey(key);
      return keys;
    },
  ),
});

export type SealingConfig = Partial<
  ConfigOf<typeof sealingSettings> & ConfigOf<ReturnType<typeof openingSettings>>
>;
