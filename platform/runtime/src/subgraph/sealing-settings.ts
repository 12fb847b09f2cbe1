import { assertOpeningKey, assertSealingKey } from '../events/sealed-values.ts';
import type { ConfigOf, Setting } from '../process/config.ts';

const required = <T>(variable: string, read: (text: string) => T): Setting<T> => ({
  ...{ variable, example: '…', required: true },
  read: (text) => {
    if (text === undefined) throw new Error('is required.');
    try {
      return read(text);
    } catch {
      throw new Error('must be as `npm run keys` makes it.');
    }
  },
});

/** Of a subgraph whose events carry secrets: the public key that it seals them with. */
export const sealingSettings = {
  eventSealingKey: required('EVENT_SEALING_KEY', (text) => {
    assertSealingKey(text);
    return text;
  }),
};

/** Of a subgraph that takes such events: the private keys, separated by commas, that it opens them with. */
export const openingSettings = {
  eventOpeningKeys: required('EVENT_OPENING_KEYS', (text): readonly string[] => {
    const keys = text.split(',');
    for (const key of keys) assertOpeningKey(key);
    return keys;
  }),
};

export type SealingConfig = Partial<
  ConfigOf<typeof sealingSettings> & ConfigOf<typeof openingSettings>
>;
