import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import type { OrderSnapshot } from '../domain/order-snapshot.ts';

/** A shared order, for anybody with its id; once revoked, only for the person who shared it. */
export async function visibleSnapshot(
  id: string,
  { loaders, viewer }: Context,
): Promise<OrderSnapshot | null> {
  const snapshot = isIdOf('osn', id) ? await loaders.snapshot.load(id) : null;
  if (!snapshot) return null;
  return snapshot.revokedAt === null || snapshot.sharedBy === viewer?.userId ? snapshot : null;
}
