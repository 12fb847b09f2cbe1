import { replaceStores } from '@souk/runtime/persistence';
import type { ChallengeStore } from '../src/persistence/challenge-store.ts';
import type { Stores } from '../src/persistence/stores.ts';
import type { answeredChallenge } from '../src/use-cases/answer-challenge.ts';

/** The mutant: reads how often a code was tried, and writes one more afterwards. */
export function countedAfterLooking(
  stores: Stores,
  write: (digest: Uint8Array<ArrayBuffer>, attempts: number) => Promise<void>,
): Parameters<typeof answeredChallenge>[0] {
  const challenges: ChallengeStore = {
    ...stores.challenges,
    countTry: async (of, maxTries, now) => {
      const found = await stores.challenges.findOpen(of, now);
      if (!found || found.attempts >= maxTries) return null;
      await write(of.digest, found.attempts + 1);
      return { ...found, attempts: found.attempts + 1 };
    },
  };
  return { clock: () => new Date(), reads: replaceStores(stores, { challenges }) };
}
