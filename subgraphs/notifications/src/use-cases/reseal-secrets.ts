import type { OpenValue, SealValue } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

export interface ResealDeps {
  stores: Stores;
  sealValue: SealValue;
  openValue: OpenValue;
}

const AT_ONCE = 200;

/** Seals what is kept by the newest key, so that the keys of before can go. */
export async function resealSecrets({ stores, sealValue, openValue }: ResealDeps): Promise<void> {
  const { webhookEndpoints, pushes } = stores;
  let after = '';
  for (;;) {
    const some = await webhookEndpoints.sealedAfter(after, AT_ONCE);
    for (const { id, secret } of some) {
      await webhookEndpoints.reseal(id, secret, sealValue(openValue(secret)));
    }
    const last = some.at(-1);
    if (!last) break;
    after = last.id;
  }
  const keys = await pushes.keys();
  if (keys) await pushes.resealKeys(keys.privateKey, sealValue(openValue(keys.privateKey)));
}
