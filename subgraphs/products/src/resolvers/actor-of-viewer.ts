import type { Context } from '../context.ts';
import type { Actor } from '../domain/actor.ts';
import { rolesIn } from '../domain/seller.ts';

/** The viewer with the sellers that they work for; read once per operation, and only if needed. */
export async function actorOfViewer({ viewer, loaders }: Context): Promise<Actor | null> {
  if (!viewer) return null;
  const memberships = await loaders.membershipsOfUser.load(viewer.userId);
  return {
    userId: viewer.userId,
    roles: viewer.roles,
    memberships: rolesIn(memberships),
  };
}
