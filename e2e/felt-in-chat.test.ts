import { randomUUID } from 'node:crypto';
import type { Backplane } from '@souk/runtime/backplane';
import { onlyPoll, sql, testBackplane, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Listener, type Person, type RunningSouk, startSouk } from './running-souk.ts';

// What is done in a group is felt at once in what its members follow of its rooms, all the way: from a mutation of groups
// by its events and its queue to chat, and by the gateway to the socket. Whatever looks by itself now and then, in each
// second or each ten, does so by intervals, and these stand still here: what comes is brought by news alone.

const NAMES = ['ada', 'bo', 'cy', 'di', 'ed', 'fay'];
/** Questions that chat answers meanwhile: many times what the end of a stream takes. */
const QUESTIONS = 40;

interface Edge {
  node: { id: string; viewerCan: string[] };
}

describe('a member of a group', () => {
  let souk: RunningSouk;
  let backplane: Backplane;
  let isSilent = false;
  let roomId: string;
  let groupId: string;
  const people: Record<string, Person> = {};
  const named = (name: string) => people[name] as Person;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    backplane = await testBackplane();
    souk = await startSouk({ backplane: onlyPoll(backplane, () => isSilent) });
    for (const name of NAMES) people[name] = await souk.register(name, name);
    const input = { name: 'Makers', visibility: 'PUBLIC', joinPolicy: 'OPEN' };
    const founded = await done('ada', 'createGroup', 'input: $input', 'group { id }', {
      $input: ['CreateGroupInput!', input],
    });
    groupId = founded.group.id;
    for (const name of NAMES.slice(1)) await inGroup(name, 'joinGroup');
    const ROOMS = `query ($id: ID!) { group(id: $id) { rooms { edges { node { id participantCount } } } } }`;
    const room = await until(async () => {
      const { group } = await souk.ask(ROOMS, { id: groupId }, named('ada').token);
      const [edge] = group.rooms.edges;
      return edge?.node.participantCount === NAMES.length && edge.node;
    });
    roomId = room.id;
  });
  afterAll(async () => {
    await souk?.[Symbol.asyncDispose]();
    await backplane?.close();
    vi.useRealTimers();
  });

  /** Does something that has no mistakes. */
  const done = async (
    who: string,
    field: string,
    args: string,
    more = '',
    given: Record<string, [type: string, value: unknown]> = {},
  ) => {
    const types = Object.entries(given).map(([name, [type]]) => `${name}: ${type}`);
    const query = `mutation ${types.length ? `(${types.join(', ')})` : ''} {
      ${field}(${args}) { ${more} errors { ... on UserError { code } } } }`;
    const variables = Object.entries(given).map(([name, [, value]]) => [name.slice(1), value]);
    const data = await souk.ask(query, Object.fromEntries(variables), named(who).token);
    expect(data[field].errors).toEqual([]);
    return data[field];
  };
  const inGroup = (who: string, field: string, more = '') =>
    done(who, field, `groupId: "${groupId}"${more}`);
  const about = (name: string, more = '') => `, userId: "${named(name).id}"${more}`;

  const followRoom = async (name: string): Promise<Listener> => {
    const ROOM = `subscription ($id: ID!) { roomEvents(roomId: $id) { __typename
      ... on StreamReset { reason } ... on RoomUpdated { changed } } }`;
    const listener = await souk.subscribe(ROOM, { id: roomId }, named(name).token);
    await listener.atLeast(1);
    return listener;
  };
  /** What one may do in the room, as each of one's devices is told it. */
  const followInbox = async (name: string) => {
    const INBOX = `subscription { inboxEvents { __typename
      ... on GroupStandingChanged { group { rooms { edges { node { id viewerCan } } } } } } }`;
    const listener = await souk.subscribe(INBOX, {}, named(name).token);
    await listener.atLeast(1);
    const find = (isSo: (can: string[]) => boolean) =>
      listener.find(({ data }) => {
        const { edges = [] } = data?.inboxEvents.group?.rooms ?? {};
        return edges.some(({ node }: Edge) => node.id === roomId && isSo(node.viewerCan));
      });
    return { find, [Symbol.asyncDispose]: () => listener.stop() };
  };
  const lastOf = (listener: Listener) => listener.items.at(-1)?.data?.roomEvents;

  test('a muted or unmuted member sees it on their devices', async () => {
    await using inbox = await followInbox('bo');
    await inGroup('ada', 'muteMember', about('bo'));
    await inbox.find((can) => !can.includes('POST'));
    await inGroup('ada', 'unmuteMember', about('bo'));
    await inbox.find((can) => can.includes('POST'));
  });

  test('so does a member whose role changed', async () => {
    await using inbox = await followInbox('bo');
    await inGroup('ada', 'setMemberRole', about('bo', ', role: MODERATOR'));
    await inbox.find((can) => can.includes('DELETE_OTHERS_MESSAGES'));
    await inGroup('ada', 'setMemberRole', about('bo', ', role: MEMBER'));
    await inbox.find((can) => !can.includes('DELETE_OTHERS_MESSAGES'));
  });

  test.each([
    ['is removed', 'cy', () => inGroup('ada', 'removeMember', about('cy'))],
    ['is banned', 'di', () => inGroup('ada', 'banFromGroup', about('di'))],
    ['leaves', 'ed', () => inGroup('ed', 'leaveGroup')],
  ])(
    'who %s is out of the room’s open stream, and hears nothing that is said then',
    async (_, name, go) => {
      await using stream = await followRoom(name);
      await go();
      await stream.untilEnded();
      expect(lastOf(stream)).toMatchObject({ __typename: 'StreamReset', reason: 'ACCESS_CHANGED' });
      const said = { roomId, clientMessageId: randomUUID(), text: `Without ${name}` };
      await done('ada', 'sendMessage', 'input: $input', '', {
        $input: ['SendMessageInput!', said],
      });
      expect(JSON.stringify(stream.items)).not.toContain('MessagePosted');
    },
  );

  test('a changed visibility of the group does not end the streams of its rooms', async () => {
    await using stream = await followRoom('bo');
    const input = { id: groupId, visibility: 'PRIVATE' };
    await done('ada', 'updateGroup', 'input: $input', '', { $input: ['UpdateGroupInput!', input] });
    const known = async () =>
      sql<{ visibility: string }>(
        { databaseUrl: souk.databaseUrls.chat },
        'SELECT visibility FROM known_group WHERE id = $1',
        [groupId],
      );
    await until(async () => (await known())[0]?.visibility === 'PRIVATE');
    const said = { roomId, clientMessageId: randomUUID(), text: 'Among ourselves' };
    await done('ada', 'sendMessage', 'input: $input', '', { $input: ['SendMessageInput!', said] });
    await until(() => lastOf(stream)?.__typename === 'MessagePosted');
  });

  test('streams that only poll by the clock are detected (mutant)', async () => {
    await using stream = await followRoom('fay');
    isSilent = true;
    await inGroup('ada', 'removeMember', about('fay'));
    const INSIDE = 'SELECT 1 FROM participant WHERE room_id = $1 AND user_id = $2';
    const { databaseUrls } = souk;
    await until(async () => {
      const of = { databaseUrl: databaseUrls.chat };
      return (await sql(of, INSIDE, [roomId, named('fay').id])).length === 0;
    });
    for (let asked = 0; asked < QUESTIONS; asked += 1) {
      await souk.ask(
        'query ($id: ID!) { room(id: $id) { head } }',
        { id: roomId },
        named('ada').token,
      );
    }
    expect(stream.ended).toBe(false);
    // It is the clock that ends it.
    await vi.advanceTimersByTimeAsync(10_000);
    await stream.untilEnded();
    isSilent = false;
  });

  test('of an archived group each member sees that the room is closed', async () => {
    await using stream = await followRoom('bo');
    await inGroup('ada', 'archiveGroup');
    await until(() => lastOf(stream)?.__typename === 'RoomUpdated');
    expect(lastOf(stream).changed).toEqual(['archivedAt']);
  });
});
