import type { PushKeyPair } from '../persistence/push-store.ts';
import type { Stores } from '../persistence/stores.ts';

/** What is subscribed with one pair works with no other. */
export type VapidKeys = PushKeyPair;

/** The keys of this installation, made when they are first asked for, and kept. */
export function createVapidKeys({ pushes }: Pick<Stores, 'pushes'>): () => Promise<VapidKeys> {
  let known: Promise<VapidKeys> | undefined;
  const read = async () => {
    const kept = await pushes.keys();
    if (kept) return kept;
    const { default: webPush } = await import('web-push');
    return pushes.keepKeys(webPush.generateVAPIDKeys());
  };
  return () => {
    known ??= read().catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
