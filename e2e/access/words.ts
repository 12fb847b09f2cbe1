import { randomUUID } from 'node:crypto';
import type { RunningSouk } from '../running-souk.ts';
import { doneBy, readAs } from './ask-as.ts';
import { PASSWORD, signIn } from './callers.ts';
import type { Market } from './market.ts';

const WORD = /\$([a-zA-Z]+)/g;

/** Returns what `$words` of a row stand for; those that a call uses up are created anew for each call. */
export function wordsOf(souk: RunningSouk, { people, words }: Market) {
  const done = doneBy(souk);
  const made: Record<string, () => string | Promise<string>> = {
    uuid: () => randomUUID(),
    fresh: () => `n${randomUUID().slice(0, 8)}`,
    short: () => randomUUID().slice(0, 8),
    password: () => PASSWORD,
    tomorrow: () => new Date(Date.now() + 86_400_000).toISOString(),
    yesterday: () => new Date(Date.now() - 86_400_000).toISOString(),
    newDraft: async () => {
      const variants = `[{ sku: "${randomUUID().slice(0, 8)}", price: { minorUnits: 1, currency: "EUR" } }]`;
      const input = `input: { sellerId: "${words.shop}", title: "Pot", status: DRAFT, variants: ${variants} }`;
      const { product } = await done(people.seller.token, 'createProduct', input, 'product { id }');
      return product.id;
    },
    newMessage: async () => {
      const input = `input: { roomId: "${words.room}", clientMessageId: "${randomUUID()}", text: "Tea" }`;
      const { message } = await done(people.owner.token, 'sendMessage', input, 'message { id }');
      return message.id;
    },
    newMedia: async () => {
      const input =
        'input: { fileName: "me.png", contentType: "image/png", byteSize: 70, purpose: AVATAR }';
      const asked = 'ticket { media { id } }';
      const { ticket } = await done(people.owner.token, 'createUpload', input, asked);
      return ticket.media.id;
    },
    newSession: async () => {
      const { token } = await signIn(souk, 'owner');
      const { viewer } = await readAs(
        souk,
        token,
        '{ viewer { sessions { edges { node { id current } } } } }',
      );
      type Edge = { node: { id: string; current: boolean } };
      return viewer.sessions.edges.find(({ node }: Edge) => node.current).node.id;
    },
  };

  const kept = new Map<string, Promise<string>>();
  const valueFor = async (word: string, ask: string, isUsedUp: boolean) => {
    const make = made[word];
    if (words[word] !== undefined || !make) return words[word];
    if (word === 'fresh' || (isUsedUp && word !== 'uuid')) return make();
    // The same for all who are refused: their operations are one text, which is understood once.
    const key = `${word} ${ask}`;
    const value = kept.get(key) ?? Promise.resolve(make());
    kept.set(key, value);
    return value;
  };

  return async (ask: string, isUsedUp = true): Promise<string> => {
    const values = new Map<string, string>();
    for (const [, word = ''] of ask.matchAll(WORD)) {
      const value = await valueFor(word, ask, isUsedUp);
      if (value === undefined) throw new Error(`Nothing is called $${word}: ${ask}`);
      values.set(word, value);
    }
    return ask.replaceAll(WORD, (_, word: string) => values.get(word) ?? '');
  };
}
