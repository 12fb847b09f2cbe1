import { randomUUID } from 'node:crypto';
import { firstIdAt, newId } from '@souk/runtime/domain';
import { eventQueueOf } from '@souk/runtime/events';
import { as, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CREATE_ROOM,
  codesOf,
  EDIT,
  FORWARD,
  LEAVE,
  PIN,
  SEND,
  startChat,
  type TestChat,
  UPDATE,
} from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['ada', 'bo', 'cy', 'eve', 'flo'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

/** A group as the groups subgraph tells of it; each telling takes the next place in its stream. */
function aGroup(visibility: 'PUBLIC' | 'PRIVATE' = 'PRIVATE') {
  const groupId = newId('grp');
  const stream = `group:${groupId}`;
  let place = 0;
  const next = () => ({ stream, sequence: ++place });
  return {
    groupId,
    next,
    created: (owner: string, at = next()) =>
      chat.deliver(
        'groups.GroupCreated',
        { groupId, slug: groupId, name: 'Makers', visibility, ownerId: userIdOf(owner) },
        at,
      ),
    joined: (name: string, at = next(), role: 'MEMBER' | 'MODERATOR' = 'MEMBER') =>
      chat.deliver(
        'groups.MemberJoined',
        { groupId, memberId: newId('gmb'), userId: userIdOf(name), role },
        at,
      ),
    roleChanged: (name: string, role: 'MEMBER' | 'MODERATOR', at = next()) =>
      chat.deliver(
        'groups.MemberRoleChanged',
        {
          groupId,
          memberId: newId('gmb'),
          userId: userIdOf(name),
          joinedAt: new Date().toISOString(),
          role,
          previousRole: role === 'MEMBER' ? 'MODERATOR' : 'MEMBER',
        },
        at,
      ),
    becomes: (becoming: 'PUBLIC' | 'PRIVATE', at = next()) =>
      chat.deliver(
        'groups.GroupUpdated',
        {
          ...{ groupId, name: 'Makers', visibility: becoming, version: at.sequence },
          changed: ['visibility'],
        },
        at,
      ),
    muted: (name: string, until: Date | null, at = next()) =>
      chat.deliver(
        'groups.MemberMuted',
        { ...memberOf(groupId, name), until: until?.toISOString() ?? null },
        at,
      ),
    unmuted: (name: string, at = next()) =>
      chat.deliver('groups.MemberUnmuted', memberOf(groupId, name), at),
    archived: (at = next()) => chat.deliver('groups.GroupArchived', { groupId }, at),
    left: (name: string, at = next()) =>
      chat.deliver('groups.MemberLeft', { groupId, userId: userIdOf(name), reason: null }, at),
  };
}

const memberOf = (groupId: string, name: string) => ({
  ...{ groupId, memberId: newId('gmb'), userId: userIdOf(name), role: 'MEMBER' as const },
  joinedAt: new Date().toISOString(),
});

const say = (roomId: string, who: string) => {
  const input = { roomId, clientMessageId: randomUUID(), text: 'Hello' };
  return chat.execute(SEND, { input }, as(who));
};
const REACT = `mutation ($messageId: ID!, $emoji: String!, $on: Boolean!) {
  setReaction(messageId: $messageId, emoji: $emoji, on: $on) { errors { ... on UserError { code } } } }`;
const CAN = 'query ($id: ID!) { room(id: $id) { viewerCan } }';
const can = async (id: string, who: string): Promise<string[]> =>
  (await chat.ask(CAN, { id }, who)).room.viewerCan;

const ROOMS = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Group { rooms { edges { node { id name kind
    participants { edges { node { user { id } } } } } } } } } }`;
interface SeenRoom {
  id: string;
  name: string;
  people: string[];
}
async function roomsOf(groupId: string, who: string): Promise<SeenRoom[]> {
  const representations = [{ __typename: 'Group', id: groupId }];
  const { _entities } = await chat.ask(ROOMS, { representations }, who);
  const { edges } = _entities[0].rooms;
  return edges.map(({ node }: { node: SeenRoom & { participants: { edges: [] } } }) => ({
    id: node.id,
    name: node.name,
    people: node.participants.edges
      .map((edge: { node: { user: { id: string } } }) => edge.node.user.id)
      .sort(),
  }));
}
async function countRoomsOf(groupId: string, who: string): Promise<number> {
  const COUNT = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Group { rooms { totalCount } } } }`;
  const representations = [{ __typename: 'Group', id: groupId }];
  return (await chat.ask(COUNT, { representations }, who))._entities[0].rooms.totalCount;
}
const idsOf = (...names: string[]) => names.map(userIdOf).sort();
const peopleBecome = (groupId: string, ...names: string[]): Promise<SeenRoom> =>
  until(async () => {
    const [room] = await roomsOf(groupId, names[0] as string);
    return JSON.stringify(room?.people) === JSON.stringify(idsOf(...names)) ? room : null;
  });

test('a group has a general room from its start, which its members are in while they are members', async () => {
  const group = aGroup();
  await group.created('ada');
  await group.joined('ada');
  await group.joined('bo');
  await group.joined('cy');
  const room = await peopleBecome(group.groupId, 'ada', 'bo', 'cy');
  expect(room.name).toBe('general');
  await using stream = await chat.follow('bo', room.id);
  await stream.atLeast(1);
  await group.left('bo');
  await peopleBecome(group.groupId, 'ada', 'cy');
  await until(() => stream.ended);
  expect(stream.items.at(-1)?.data.roomEvents).toMatchObject({ reason: 'ACCESS_CHANGED' });
  expect(await roomsOf(group.groupId, 'bo')).toEqual([]);
  expect(await countRoomsOf(group.groupId, 'ada')).toBe(1);
  expect(await countRoomsOf(group.groupId, 'bo')).toBe(0);
});

test('repeated, late and early events lead to the same rooms', async () => {
  const group = aGroup();
  const [created, boJoins, cyJoins, boLeaves, cyLeaves, cyReturns] = [
    group.next(),
    group.next(),
    group.next(),
    group.next(),
    group.next(),
    group.next(),
  ];
  await group.left('bo', boLeaves);
  await group.joined('cy', cyReturns);
  await group.joined('bo', boJoins);
  await group.left('cy', cyLeaves);
  await group.created('ada', created);
  await group.joined('cy', cyJoins);
  await group.joined('bo', boJoins);
  await group.created('ada', created);
  await until(async () => (await chat.backplane.jobs.backlog(eventQueueOf('chat'))) === 0);
  const room = await peopleBecome(group.groupId, 'ada', 'cy');
  expect(room.people).toEqual(idsOf('ada', 'cy'));
  expect(await roomsOf(group.groupId, 'ada')).toHaveLength(1);
});

test('members who join while rooms are opened are in every room', async () => {
  const group = aGroup();
  await group.created('ada');
  await peopleBecome(group.groupId, 'ada');
  const names = Array.from({ length: 10 }, (_, index) => `member${index}`);
  const input = { kind: 'GROUP', name: 'Workshop', groupId: group.groupId };
  await Promise.all([
    ...names.map((name) => group.joined(name)),
    ...Array.from({ length: 5 }, () => chat.createRoom('ada', input)),
  ]);
  await until(async () => {
    const rooms = await roomsOf(group.groupId, 'ada');
    return rooms.length === 6 && rooms.every(({ people }) => people.length === names.length + 1);
  });
});

test('owners and moderators may open rooms in a group; members and strangers may not', async () => {
  const [secret, known] = [aGroup('PRIVATE'), aGroup('PUBLIC')];
  for (const group of [secret, known]) {
    await group.created('ada');
    await group.joined('bo', group.next(), 'MODERATOR');
    await group.joined('cy');
    await peopleBecome(group.groupId, 'ada', 'bo', 'cy');
  }
  const create = (who: string, groupId: string) =>
    chat.execute(CREATE_ROOM, { input: { kind: 'GROUP', name: 'More', groupId } }, as(who));
  expect(codesOf(await create('ada', secret.groupId))).toEqual([]);
  expect(codesOf(await create('bo', secret.groupId))).toEqual([]);
  expect(codesOf(await create('cy', secret.groupId))).toEqual(['ROOM_CREATION_FORBIDDEN']);
  expect(codesOf(await create('eve', secret.groupId))).toEqual(['GROUP_NOT_FOUND']);
  expect(codesOf(await create('eve', newId('grp')))).toEqual(['GROUP_NOT_FOUND']);
  expect(codesOf(await create('eve', known.groupId))).toEqual(['ROOM_CREATION_FORBIDDEN']);
});

test('a group that turned private is hidden from strangers from then on, in whatever order the events arrive', async () => {
  const group = aGroup('PUBLIC');
  const [created, hidden] = [group.next(), group.next()];
  const shownAgain = group.next();
  const create = async (groupId = group.groupId) =>
    codesOf(
      await chat.execute(CREATE_ROOM, { input: { kind: 'GROUP', name: 'x', groupId } }, as('eve')),
    );
  const settled = () =>
    until(async () => (await chat.backplane.jobs.backlog(eventQueueOf('chat'))) === 0);
  await group.created('ada', created);
  await settled();
  expect(await create()).toEqual(['ROOM_CREATION_FORBIDDEN']);
  await group.becomes('PRIVATE', hidden);
  await settled();
  expect(await create()).toEqual(await create(newId('grp')));
  await group.becomes('PUBLIC', shownAgain);
  await settled();
  await group.becomes('PRIVATE', hidden);
  await group.created('ada', created);
  await settled();
  expect(await create()).toEqual(['ROOM_CREATION_FORBIDDEN']);

  const late = aGroup('PUBLIC');
  const first = late.next();
  await late.becomes('PRIVATE');
  await settled();
  await late.created('ada', first);
  await settled();
  expect(await create(late.groupId)).toEqual(['GROUP_NOT_FOUND']);
});

test('rooms of a group are left by leaving the group', async () => {
  const group = aGroup();
  await group.created('ada');
  const { id } = await peopleBecome(group.groupId, 'ada');
  expect(codesOf(await chat.execute(LEAVE, { id }, as('ada')))).toEqual(['ROOM_NOT_LEAVABLE']);
  expect((await chat.send('ada', id, 'welcome')).sequence).toBe(1);
});

test('a new role changes what a member may do, also when it comes before the news that they joined', async () => {
  const group = aGroup();
  await group.created('ada');
  await group.joined('flo');
  await peopleBecome(group.groupId, 'ada', 'flo');
  const open = async (who: string) => {
    const input = { kind: 'GROUP', name: 'Side room', groupId: group.groupId };
    return codesOf(await chat.execute(CREATE_ROOM, { input }, as(who)));
  };
  expect(await open('flo')).toEqual(['ROOM_CREATION_FORBIDDEN']);
  await group.roleChanged('flo', 'MODERATOR');
  await until(async () => (await open('flo')).length === 0);

  const joining = group.next();
  await group.roleChanged('cy', 'MODERATOR');
  await peopleBecome(group.groupId, 'ada', 'cy', 'flo');
  expect(await open('cy')).toEqual([]);
  await group.joined('cy', joining);
  expect(await open('cy')).toEqual([]);
});

test('a stranger sees no room of a group', async () => {
  const group = aGroup('PUBLIC');
  await group.created('ada');
  await peopleBecome(group.groupId, 'ada');
  expect(await roomsOf(group.groupId, 'eve')).toEqual([]);
});

test('a muted member cannot write in any room of the group until the mute ends', async () => {
  const group = aGroup();
  await group.created('ada');
  // The news of the mute may come before that of the joining.
  const [joined, muted] = [group.next(), group.next()];
  await group.muted('bo', null, muted);
  await group.joined('bo', joined);
  const { id: general } = await peopleBecome(group.groupId, 'ada', 'bo');
  const { id: messageId } = await chat.send('ada', general, 'Hello');
  const react = () => chat.execute(REACT, { messageId, emoji: '👍', on: true }, as('bo'));
  const { createRoom } = await chat.ask(
    CREATE_ROOM,
    { input: { kind: 'GROUP', name: 'Looms', groupId: group.groupId } },
    'ada',
  );
  for (const roomId of [general, createRoom.room.id]) {
    expect(codesOf(await say(roomId, 'bo'))).toEqual(['GROUP_MUTED']);
    expect(await can(roomId, 'bo')).not.toContain('POST');
  }
  expect(codesOf(await say(general, 'ada'))).toEqual([]);
  expect(codesOf(await react())).toEqual(['GROUP_MUTED']);
  expect(await can(general, 'bo')).not.toContain('REACT');
  await group.unmuted('bo');
  await until(async () => (await can(general, 'bo')).includes('POST'));
  expect(codesOf(await react())).toEqual([]);
  const { id: own } = await chat.send('bo', general, 'Mine');
  const again = group.next();
  await group.muted('bo', null, again);
  await until(async () => !(await can(general, 'bo')).includes('POST'));
  const edit = { input: { messageId: own, text: 'Rewritten' } };
  expect(codesOf(await chat.execute(EDIT, edit, as('bo')))).toEqual(['GROUP_MUTED']);
  await group.unmuted('bo');
  await until(async () => (await can(general, 'bo')).includes('POST'));
  // An older mute that comes late changes nothing, nor does one whose time is over.
  await group.muted('bo', null, muted);
  await group.muted('bo', new Date(Date.now() - 1_000));
  await group.roleChanged('bo', 'MODERATOR');
  await until(async () => (await can(general, 'bo')).includes('MENTION_EVERYONE'));
  expect(codesOf(await say(general, 'bo'))).toEqual([]);
});

const APPEND = `mutation ($input: AppendMessageInput!) {
  appendToMessage(input: $input) { errors { ... on UserError { code } } } }`;
const TYPING = `mutation ($roomId: ID!, $on: Boolean!) {
  setTyping(roomId: $roomId, on: $on) { errors { ... on UserError { code } } } }`;

test('a muted member cannot write in any way, and neither can a muted moderator', async () => {
  const group = aGroup();
  const { groupId } = group;
  await group.created('ada');
  await group.joined('bo', group.next(), 'MODERATOR');
  const { id: roomId } = await peopleBecome(groupId, 'ada', 'bo');
  const { id: messageId } = await chat.send('ada', roomId, 'Hello');
  const { id: own } = await chat.send('bo', roomId, 'Mine');
  const { id: growing } = await chat.send('bo', roomId, 'And', { final: false });
  const post = () => ({ roomId, clientMessageId: randomUUID(), text: 'Hi' });
  const ways = (): Record<string, [query: string, variables: Record<string, unknown>]> => ({
    post: [SEND, { input: post() }],
    reply: [SEND, { input: { ...post(), replyToId: messageId } }],
    thread: [SEND, { input: { ...post(), threadOfId: messageId } }],
    forward: [FORWARD, { id: messageId, roomId, key: randomUUID() }],
    edit: [EDIT, { input: { messageId: own, text: 'Rewritten' } }],
    append: [APPEND, { input: { messageId: growing, expectedRevision: 1, text: ' so on' } }],
    react: [REACT, { messageId, emoji: '👍', on: true }],
    pin: [PIN, { id: messageId, on: true }],
    type: [TYPING, { roomId, on: true }],
    rename: [UPDATE, { input: { id: roomId, topic: 'What I say' } }],
    open: [CREATE_ROOM, { input: { kind: 'GROUP', name: 'Mine', groupId } }],
  });
  const tried = async () => {
    const answers: [way: string, codes: unknown[]][] = [];
    for (const [way, [query, variables]] of Object.entries(ways())) {
      answers.push([way, codesOf(await chat.execute(query, variables, as('bo')))]);
    }
    return answers;
  };
  await group.muted('bo', null);
  await until(async () => !(await can(roomId, 'bo')).includes('POST'));
  expect(await tried()).toEqual(Object.keys(ways()).map((way) => [way, ['GROUP_MUTED']]));
  expect(codesOf(await chat.execute(TYPING, { roomId, on: false }, as('bo')))).toEqual([]);
  // To keep order is not to say something.
  expect((await can(roomId, 'bo')).sort()).toEqual([
    'ARCHIVE',
    'DELETE_OTHERS_MESSAGES',
    'READ',
    'REVIEW_REPORTS',
  ]);
  await group.unmuted('bo');
  await until(async () => (await can(roomId, 'bo')).includes('POST'));
  expect(await tried()).toEqual(Object.keys(ways()).map((way) => [way, []]));
});

test('archiving a group archives all of its rooms, also for their subscribers, and no more can be opened', async () => {
  const group = aGroup();
  await group.created('ada');
  await group.joined('bo');
  const { id: general } = await peopleBecome(group.groupId, 'ada', 'bo');
  await using stream = await chat.follow('bo', general);
  await stream.atLeast(1);
  await group.archived();
  await stream.atLeast(2);
  expect(stream.items.at(-1)?.data.roomEvents.__typename).toBe('RoomUpdated');
  expect(codesOf(await say(general, 'ada'))).toEqual(['ROOM_ARCHIVED']);
  const another = await chat.execute(
    CREATE_ROOM,
    { input: { kind: 'GROUP', name: 'Late', groupId: group.groupId } },
    as('ada'),
  );
  expect(codesOf(another)).toEqual(['ROOM_CREATION_FORBIDDEN']);
  expect(await can(general, 'bo')).toEqual(['READ']);
});

test("another moderator can save a room's form with its present picture", async () => {
  const group = aGroup();
  await group.created('ada');
  await group.joined('ada', group.next(), 'MODERATOR');
  await group.joined('bo', group.next(), 'MODERATOR');
  const { id } = await peopleBecome(group.groupId, 'ada', 'bo');
  const mediaId = newId('med');
  await chat.deliver('users.MediaReady', {
    ...{ mediaId, ownerId: userIdOf('ada'), purpose: 'AVATAR', fileName: 'face.png' },
    ...{ altText: null, contentType: 'image/png', byteSize: 70, width: 1, height: 1, url: null },
  });
  const change = async (who: string, changes: Record<string, unknown>) =>
    codesOf(await chat.execute(UPDATE, { input: { id, ...changes } }, as(who)));
  await until(async () => (await change('ada', { avatarMediaId: mediaId })).length === 0);
  expect(await change('bo', { name: 'faces', avatarMediaId: mediaId })).toEqual([]);
  const lost = firstIdAt('med', new Date(Date.now() - 3_600_000));
  expect(await change('bo', { avatarMediaId: lost })).toEqual(['MEDIA_NOT_FOUND']);
  expect(await change('bo', { avatarMediaId: null })).toEqual([]);
  // It is somebody else's again once it stands for nothing here.
  expect(await change('bo', { avatarMediaId: mediaId })).toEqual(['MEDIA_NOT_FOUND']);
});
