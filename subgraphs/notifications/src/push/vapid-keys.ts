import type { OpenValue, SealValue } from '@souk/runtime/events';
import type { PushKeyPair } from '../persistence/push-store.ts';
import type { Stores } from '../persistence/stores.ts';

/** What was subscribed with one pair of keys does not work with another. */
export type VapidKeys = PushKeyPair;

/** The keys of this installation, created when they are first needed and stored sealed. */
export function createVapidKeys(
  { pushes }: Pick<Stores, 'pushes'>,
  { sealValue, openValue }: { sealValue: SealValue; openValue: OpenValue },
): () => Promise<VapidKeys> {
  let known: Promise<VapidKeys> | undefined;
  const read = async () => {
    let kept = await pushes.keys();
    if (!kept) {
      const { default: webPush } = await import('web-push');
      const { publicKey, privateKey } = webPush.generateVAPIDKeys();
      kept = await pushes.keepKeys({
        publicKey,
        privateKey: sealValue('notifications', privateKey),
      });
    }
    return { ...kept, privateKey: openValue(kept.privateKey) };
  };
  return () => {
    known ??= read().catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}
