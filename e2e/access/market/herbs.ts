import { randomUUID } from 'node:crypto';
import type { RunningSouk } from '../../running-souk.ts';
import { doneBy } from '../ask-as.ts';
import type { People } from '../callers.ts';
import type { Words } from '../market.ts';

/** A group of the owner's that the member asked to join, and was invited into as well. */
export async function openHerbs(souk: RunningSouk, { owner, member }: People): Promise<Words> {
  const done = doneBy(souk);
  const { group } = await done(
    owner.token,
    'createGroup',
    'input: { name: "Herbs", visibility: PUBLIC, joinPolicy: REQUEST }',
    'group { id }',
  );
  const { request } = await done(
    member.token,
    'requestToJoin',
    `groupId: "${group.id}", note: "I grow mint."`,
    'request { id }',
  );
  const { invites } = await done(
    owner.token,
    'inviteToGroup',
    `input: { groupId: "${group.id}", userIds: ["${member.id}"], idempotencyKey: "${randomUUID()}" }`,
    'invites { id code }',
  );
  return {
    herbs: group.id,
    joinRequest: request.id,
    groupInvite: invites[0].id,
    inviteCode: invites[0].code,
  };
}
