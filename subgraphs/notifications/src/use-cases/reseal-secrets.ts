import type { OpenValue, SealValue } from '@souk/runtime/events';
import { oneByOne } from '@souk/runtime/process';
import type { Stores } from '../persistence/stores.ts';

export interface ResealDeps {
  stores: Stores;
  sealValue: SealValue;
  openValue: OpenValue;
}

const AT_ONCE = 200;

/**
 * Encrypts stored secrets with the newest key, so that the earlier keys can be removed. A secret that no key
 * can decrypt does not stop the others; it makes this throw at the end.
 */
export const resealSecrets = (deps: ResealDeps): Promise<void> =>
  oneByOne([() => resealPushKeys(deps), () => resealEndpointsAfter(deps, '')], (part) => part());

async function resealPushKeys({ stores, sealValue, openValue }: ResealDeps): Promise<void> {
  const keys = await stores.pushes.keys();
  if (!keys) return;
  const { privateKey } = keys;
  await stores.pushes.resealKeys(privateKey, sealValue('notifications', openValue(privateKey)));
}

async function resealEndpointsAfter(deps: ResealDeps, after: string): Promise<void> {
  const { stores, sealValue, openValue } = deps;
  const some = await stores.webhookEndpoints.sealedAfter(after, AT_ONCE);
  const last = some.at(-1);
  if (!last) return;
  const resealSome = () =>
    oneByOne(
      some.flatMap(({ id, secrets }) => secrets.map((secret) => ({ id, secret }))),
      async ({ id, secret }) => {
        await stores.webhookEndpoints.reseal(
          id,
          secret,
          sealValue('notifications', openValue(secret)),
        );
      },
    );
  await oneByOne([resealSome, () => resealEndpointsAfter(deps, last.id)], (part) => part());
}
