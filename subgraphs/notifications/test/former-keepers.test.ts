import { newId } from '@souk/runtime/domain';
import type { PayloadOf } from '@souk/runtime/events';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { decidedFor } from './decided.ts';
import { otherSubgraphsOf, startNotifications } from './inbox.ts';

// What asks for an answer is mailed to those alone who may still give one when it leaves.

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
  client = createClient(graph.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await graph[Symbol.asyncDispose]();
});

type Role = PayloadOf<'groups.MemberRoleChanged'>['role'];

/** A group with a room, both of which ask these people something; what becomes of them there is told with a place each. */
async function askedIn(people: readonly string[], groupId: string | null = newId('grp')) {
  const place = { groupId: groupId ?? '', groupName: 'Potters' };
  let sequence = 0;
  const told = (at = sequence + 1) => {
    sequence = Math.max(sequence, at);
    return { stream: `group:${place.groupId}`, sequence: at };
  };
  const room = others.newRoom();
  await graph.deliver(
    'chat.RoomCreated',
    {
      ...{ roomId: room.roomId, kind: groupId ? 'GROUP' : 'PRIVATE', name: 'clay', groupId },
      participantIds: people.map((who) => as(who).userId),
    },
    { stream: room.stream, sequence: room.next() },
  );
  const member = (who: string) => ({
    ...{ groupId: place.groupId, memberId: newId('gmb'), userId: as(who).userId },
  });
  const ask = async () => {
    for (const who of people) {
      const of = { ...place, userId: as(who).userId, requesterId: as('asker').userId };
      await graph.deliver('groups.JoinRequestReceived', {
        ...{ ...of, requestId: newId('jrq'), status: 'PENDING' },
      });
    }
    await graph.deliver('chat.ReportFiled', {
      ...{ reportId: newId('rep'), roomId: room.roomId, messageId: newId('msg') },
      ...{ reporterId: as('asker').userId, recipientIds: people.map((who) => as(who).userId) },
    });
    await others.idle();
  };
  await ask();
  return {
    ask,
    told,
    becomes: async (who: string, role: Role, at = told()) => {
      const changed = { ...member(who), joinedAt: new Date().toISOString() };
      const previousRole = 'ADMIN' as const;
      await graph.deliver('groups.MemberRoleChanged', { ...changed, role, previousRole }, at);
      await others.idle();
    },
    leaves: async (who: string, at = told()) => {
      const { groupId, userId } = member(who);
      await graph.deliver('groups.MemberLeft', { groupId, userId, reason: null }, at);
      await others.idle();
    },
    joins: async (who: string, role: Role, at = told()) => {
      await graph.deliver('groups.MemberJoined', { ...member(who), role }, at);
      await others.idle();
    },
    leavesTheRoom: async (who: string) => {
      await others.change(room, [], [who]);
      await others.idle();
    },
  };
}

const unreadOf = async (who: string) => {
  const { notificationCounts } = await others.inbox(who);
  return Object.fromEntries(
    notificationCounts.byKind.map((one: { kind: string; unread: number }) => [
      one.kind,
      one.unread,
    ]),
  );
};

const ASKED = { JOIN_REQUEST: 'SEND', REPORT_FILED: 'SEND' };
const NOTHING = { JOIN_REQUEST: 'RIGHTS_LOST', REPORT_FILED: 'RIGHTS_LOST' };

test.each<[Role, Record<string, string>]>([
  ['OWNER', ASKED],
  ['ADMIN', ASKED],
  ['MODERATOR', { ...ASKED, JOIN_REQUEST: 'RIGHTS_LOST' }],
  ['MEMBER', NOTHING],
])(
  'who is %s by now is mailed what such a member answers, and has the rest read',
  async (role, expected) => {
    const [who, other] = [`now-${role}`, `beside-${role}`];
    const { becomes } = await askedIn([who, other]);
    expect(await decidedFor(client, who)).toEqual(ASKED);
    await becomes(who, role);
    expect(await decidedFor(client, who)).toEqual(expected);
    expect(await decidedFor(client, other)).toEqual(ASKED);
    expect(await unreadOf(who)).toEqual(
      Object.fromEntries(
        Object.keys(ASKED).flatMap((kind) => (expected[kind] === 'SEND' ? [[kind, 1]] : [])),
      ),
    );
    expect(await unreadOf(other)).toEqual({ JOIN_REQUEST: 1, REPORT_FILED: 1 });
  },
);

test('former managers get no requests, and returned ones do, in any order of events', async () => {
  const [early, late] = ['leaver', 'returner'];
  const group = await askedIn([early, late]);
  await group.leaves(early);
  expect(await decidedFor(client, early)).toEqual(NOTHING);
  const [left, joined] = [group.told(), group.told()];
  await group.joins(late, 'ADMIN', joined);
  await group.leaves(late, left);
  expect(await decidedFor(client, late)).toEqual(ASKED);
  expect(await unreadOf(late)).toEqual({ JOIN_REQUEST: 1, REPORT_FILED: 1 });
});

test('somebody who manages again gets later requests', async () => {
  const who = 'demoted';
  const group = await askedIn([who]);
  await group.becomes(who, 'MEMBER');
  await group.becomes(who, 'OWNER');
  await group.ask();
  expect(await decidedFor(client, who)).toEqual({
    JOIN_REQUEST: 'SEND',
    REPORT_FILED: 'SEND',
  });
  expect(await unreadOf(who)).toEqual({ JOIN_REQUEST: 1, REPORT_FILED: 1 });
});

test('a requester is mailed the answer, whatever their role in the group', async () => {
  const who = 'asker-too';
  const group = await askedIn([who]);
  const { groupId, groupName } = { groupId: newId('grp'), groupName: 'Weavers' };
  await client.notification.deleteMany({ where: { userId: as(who).userId } });
  await graph.deliver('groups.OwnJoinRequestChanged', {
    ...{ groupId, groupName, requestId: newId('jrq'), userId: as(who).userId, status: 'APPROVED' },
  });
  await graph.deliver(
    'groups.MemberRoleChanged',
    {
      ...{ groupId, memberId: newId('gmb'), userId: as(who).userId, role: 'MEMBER' },
      ...{ previousRole: 'MODERATOR', joinedAt: new Date().toISOString() },
    },
    group.told(),
  );
  await others.idle();
  expect(await decidedFor(client, who)).toEqual({ JOIN_REQUEST: 'SEND' });
  expect(await unreadOf(who)).toEqual({ JOIN_REQUEST: 1 });
});

test('of a room of no group its keeper is asked while they are in it', async () => {
  const who = 'keeper';
  const { leavesTheRoom } = await askedIn([who, 'guest'], null);
  expect(await decidedFor(client, who)).toMatchObject({ REPORT_FILED: 'SEND' });
  await leavesTheRoom(who);
  expect(await decidedFor(client, who)).toMatchObject({ REPORT_FILED: 'RIGHTS_LOST' });
  expect(await unreadOf(who)).toEqual({ JOIN_REQUEST: 1 });
  expect(await unreadOf('guest')).toEqual({ JOIN_REQUEST: 1, REPORT_FILED: 1 });
});
