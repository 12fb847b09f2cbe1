import type { RunningSouk } from '../../running-souk.ts';
import { doneBy, readAs } from '../ask-as.ts';
import type { People } from '../callers.ts';

/** A private group of the owner's, from which one was banned. */
export async function openGroup(souk: RunningSouk, { owner, member, suspended, victim }: People) {
  const done = doneBy(souk);
  const next = new Date(Date.now() + 86_400_000).toISOString();
  const { group } = await done(
    owner.token,
    'createGroup',
    'input: { name: "Tea", description: "About tea", visibility: PUBLIC, joinPolicy: OPEN }',
    'group { id slug }',
  );
  const groupId = `groupId: "${group.id}"`;
  for (const { token } of [member, suspended, victim]) {
    await done(token, 'joinGroup', groupId, '__typename');
  }
  await done(
    owner.token,
    'banFromGroup',
    `${groupId}, userId: "${victim.id}", reason: "Coffee", until: "${next}"`,
    '__typename',
  );
  await done(
    owner.token,
    'updateGroup',
    `input: { id: "${group.id}", visibility: PRIVATE, rules: "Tea only", seatLimit: 100 }`,
    'group { id }',
  );
  const { group: seen } = await readAs(
    souk,
    owner.token,
    `{ group(id: "${group.id}") { members(filter: { roles: [MEMBER] }) { edges { node { id user { id } } } } bans { edges { node { id } } }
         auditLog { edges { node { id action } } } } }`,
  );
  return {
    group: group.id as string,
    groupSlug: group.slug as string,
    groupMember: seen.members.edges[0].node.id as string,
    groupBan: seen.bans.edges[0].node.id as string,
    auditEntry: seen.auditLog.edges.find(
      ({ node }: { node: { action: string } }) => node.action === 'MEMBER_REMOVED',
    ).node.id as string,
  };
}
