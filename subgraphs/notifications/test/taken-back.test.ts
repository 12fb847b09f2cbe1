import { newId } from '@souk/runtime/domain';
import { as, type StartedSubgraph, sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KnownRoom, otherSubgraphsOf, startNotifications } from './inbox.ts';

// A notice whose newest message is taken back says what was said before it.

let graph: StartedSubgraph;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  graph = await startNotifications();
  others = otherSubgraphsOf(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

interface Said {
  messageId: string;
  place: number;
}

/** Ways to say something that makes one notice grow. */
const PLACES: Readonly<
  Record<string, (room: KnownRoom, who: string) => (excerpt: string) => Promise<Said>>
> = {
  'in a room': (room) => async (excerpt) => ({
    messageId: await others.post(room, 'ada', excerpt),
    place: room.last(),
  }),
  'that calls somebody': (room, who) => async (excerpt) => ({
    messageId: await others.post(room, 'ada', excerpt, { mentioned: [as(who).userId] }),
    place: room.last(),
  }),
  'in a thread': (room, who) => inThread(room, { followerIds: [as(who).userId] }),
  'that names somebody in a thread': (room, who) => inThread(room, { mentioned: [as(who).userId] }),
};

const inThread = (room: KnownRoom, of: { followerIds?: string[]; mentioned?: string[] }) => {
  const threadId = newId('thr');
  return async (excerpt: string): Promise<Said> => {
    const said = { messageId: newId('msg'), place: room.next() };
    await graph.deliver(
      'chat.ThreadReplied',
      {
        ...{ roomId: room.roomId, threadId, messageId: said.messageId, excerpt },
        ...{ sequence: said.place, authorId: as('ada').userId, mentionsAll: null },
        ...{ mentioned: of.mentioned ?? [], followerIds: of.followerIds ?? [] },
      },
      { stream: room.stream, sequence: said.place },
    );
    return said;
  };
};

async function takeBack(room: KnownRoom, { messageId, place: postSequence }: Said) {
  await graph.deliver(
    'chat.MessageDeleted',
    { roomId: room.roomId, messageId, postSequence, deletedBy: as('ada').userId },
    { stream: room.stream, sequence: room.next() },
  );
  await others.idle();
}

const shownTo = async (who: string) => {
  const { notifications } = await others.inbox(who);
  return notifications.edges.map(
    ({ node }: { node: { title: string; body: string; count: number } }) => ({
      ...{ title: node.title, body: node.body, count: node.count },
    }),
  );
};

describe.each(Object.entries(PLACES))('what is said %s', (name, saying) => {
  const who = name.replaceAll(' ', '-');

  test('and taken back leaves what was said before, and in the end nothing', async () => {
    await others.register('ada', 'Ada');
    const room = await others.room(['ada', who], 'tea');
    const say = saying(room, who);
    const said = [await say('One'), await say('Two'), await say('Three')];
    await others.idle();
    const title = 'Ada in #tea';
    expect(await shownTo(who)).toEqual([{ title, body: 'Three', count: 3 }]);
    await takeBack(room, said[2] as Said);
    expect(await shownTo(who)).toEqual([{ title, body: 'Two', count: 2 }]);
    await takeBack(room, said[0] as Said);
    expect(await shownTo(who)).toEqual([{ title, body: 'Two', count: 1 }]);
    await takeBack(room, said[1] as Said);
    expect(await shownTo(who)).toEqual([]);
  });

  test('and deleted after the previous message is no longer stored shows a text of ours', async () => {
    const late = `${who}-late`;
    await others.register('ada', 'Ada');
    const room = await others.room(['ada', late], 'tea');
    const say = saying(room, late);
    await say('One');
    const second = await say('Two');
    await others.idle();
    await sql(graph, 'DELETE FROM room_message WHERE room_id = $1', [room.roomId]);
    await takeBack(room, second);
    const [{ title, ...shown }] = await shownTo(late);
    expect(shown).toEqual({ body: 'Open the room to read it.', count: 1 });
    expect(title).toContain('#tea');
    await say('Three');
    await others.idle();
    expect(await shownTo(late)).toEqual([{ title: 'Ada in #tea', body: 'Three', count: 2 }]);
  });
});

test('somebody present at a reply is notified, though their joining is heard of later, if it concerns them', async () => {
  const room = await others.room(['ada'], 'tea');
  const [follower, named] = [as('follower').userId, as('named').userId];
  const say = inThread(room, { followerIds: [follower], mentioned: [named] });
  const joinedAt = room.next();
  await say('Among us');
  await others.idle();
  for (const who of ['follower', 'named']) expect(await shownTo(who)).toEqual([]);
  const joined = [follower, named, as('passer-by').userId];
  await graph.deliver(
    'chat.ParticipantsChanged',
    { roomId: room.roomId, joined, left: [], banned: [] },
    { stream: room.stream, sequence: joinedAt },
  );
  await others.idle();
  for (const who of ['follower', 'named']) {
    expect(await shownTo(who)).toMatchObject([{ body: 'Among us', count: 1 }]);
  }
  expect(await shownTo('passer-by')).toEqual([]);
});
