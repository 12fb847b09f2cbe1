import type { SubgraphDeps } from '@souk/runtime/subgraph';
import { groups } from '../app.ts';
import type { GroupsConfig } from '../config.ts';
import { admitMember } from '../use-cases/admit-member.ts';
import { found } from '../use-cases/create-group.ts';
import { requestToJoin } from '../use-cases/request-to-join.ts';
import { demoGroups } from './demo-groups.ts';

/**
 * Creates the demo groups, distributed among the owners; the members join the open ones, and one of them asks
 * to join another; the other owners are in all. An existing group stays as it is, so this can be called at
 * every start. Returns how many were created.
 */
export async function seedDemoGroups(
  deps: SubgraphDeps<GroupsConfig>,
  { ownerIds, memberIds }: { ownerIds: readonly string[]; memberIds: readonly string[] },
): Promise<number> {
  const [firstOwner] = ownerIds;
  if (firstOwner === undefined) throw new Error('The demo groups need an owner.');
  const { infrastructure, services } = await groups.open(deps);
  try {
    const present = await infrastructure.reads.groups.findMany(demoGroups.map(({ id }) => id));
    const missing = demoGroups.filter(({ id }) => !present.some((group) => group.id === id));
    for (const demo of missing) {
      const ownerId = ownerIds[demoGroups.indexOf(demo) % ownerIds.length] ?? firstOwner;
      const guests = demo.joinPolicy === 'OPEN' ? memberIds : [];
      const others = new Set([...ownerIds, ...guests].filter((id) => id !== ownerId));
      await infrastructure.transaction(async (stores) => {
        const createdAt = deps.clock();
        const group = {
          ...demo,
          avatarMediaId: null,
          memberCount: 0,
          seatLimit: null,
          version: 1,
          createdAt,
          archivedAt: null,
        };
        await found(services, stores, { group, ownerId, mayRename: false });
        for (const userId of others) {
          await admitMember(services, stores, group, { userId, role: 'MEMBER', actorId: userId });
        }
      });
    }
    const asked = missing.find(({ joinPolicy }) => joinPolicy === 'REQUEST');
    const [asker] = memberIds;
    if (asked && asker !== undefined) {
      const request = { groupId: asked.id, note: 'I have thrown pots for a year.' };
      await requestToJoin(services, { userId: asker }, request);
    }
    return missing.length;
  } finally {
    await infrastructure.close();
  }
}
