import type { TransactionTools } from '@souk/runtime/events';
import { madeHandleOf } from '../domain/seller.ts';
import { freeSlug, slugOfHandle } from '../domain/slug.ts';
import type { Person } from '../persistence/person-store.ts';
import type { Stores } from '../persistence/stores.ts';
import { saveSeller } from './change-seller.ts';

/**
 * Stores a person's name, and updates that of the seller that they are by themselves. Its handle is made
 * once, from the username, so its URLs stay valid.
 */
export async function namePersonalSellers(
  stores: Stores & TransactionTools,
  person: Person & { sequence: number },
  now: Date,
): Promise<void> {
  await stores.sellers.lockPerson(person.userId);
  if (!(await stores.people.apply(person))) return;
  for (const { id } of await stores.sellers.namedAfter(person.userId)) {
    const seller = await stores.sellers.lock(id, 'update');
    if (seller?.namedAfter !== person.userId) continue;
    const isUnnamed = seller.handle === madeHandleOf(id);
    const handle = isUnnamed
      ? await freeSlug(slugOfHandle(person.username), stores.sellers.takenHandles)
      : seller.handle;
    const changed = [
      ...(handle === seller.handle ? [] : ['handle']),
      ...(person.displayName === seller.displayName ? [] : ['displayName']),
    ];
    if (changed.length === 0) continue;
    await saveSeller(stores, { ...seller, handle, displayName: person.displayName }, changed, now);
  }
}
