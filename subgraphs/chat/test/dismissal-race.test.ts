import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { as, isWaitedFor, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dismissGroupMember } from '../src/consumers/dismiss-group-member.ts';
import { createClient } from '../src/persistence/client.ts';
import { joinRoom } from '../src/use-cases/join-room.ts';
import { openRoom } from '../src/use-cases/open-room.ts';
import { codesOf, SEND, startChat, type TestChat, UNHINDERED } from './chat.ts';
import { transactionsOf } from './database.ts';
import { joinWhoeverIsSeenInside } from './mutants/join-whoever-is-seen-inside.ts';

let chat: TestChat;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  chat = await startChat({ people: ['ada', 'bo'] });
  client = createClient(chat.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await chat[Symbol.asyncDispose]();
});

const { transaction, session } = transactionsOf(() => client);

async function groupRoom() {
  const groupId = newId('grp');
  const people = ['ada', 'bo'].map(userIdOf);
  const id = newId('room');
  await transaction(async (stores) => {
    for (const userId of people) {
      await stores.groups.apply({ groupId, userId, role: 'MEMBER', sequence: 1 });
    }
    const named = { name: 'general', topic: null, directKey: null, isGeneral: true };
    const room = { id, kind: 'GROUP' as const, groupId, createdBy: userIdOf('ada') };
    await openRoom(stores, { ...room, ...named, createdAt: new Date() }, people);
  });
  return { groupId, id };
}

const participantsOf = async (roomId: string) => {
  const rows = await client.participant.findMany({ where: { roomId } });
  return rows.map(({ userId }) => userId);
};

/** Who is in the room when bo asks to come in while the news that bo is put out is being handled. */
async function leftInside(join: typeof joinRoom): Promise<string[]> {
  const { groupId, id } = await groupRoom();
  let joining: Promise<unknown> = Promise.resolve();
  await transaction(async (stores) => {
    const dismissing = await session();
    const event = { groupId, userId: userIdOf('bo'), reason: null };
    const origin = { eventId: newId('evt'), stream: `group:${groupId}`, occurredAt: new Date() };
    await dismissGroupMember.handle({ event: event as never, sequence: 2, ...origin }, stores);
    let settled = false;
    joining = join(
      { transaction, clock: () => new Date(), config: UNHINDERED },
      as('bo'),
      id,
    ).finally(() => {
      settled = true;
    });
    await until(async () => settled || (await isWaitedFor(chat, dismissing)));
  });
  await joining;
  return participantsOf(id);
}

test('somebody who is removed from a group does not stay in a room that they join at that moment', async () => {
  expect(await leftInside(joinRoom)).toEqual([userIdOf('ada')]);
  expect(await leftInside(joinWhoeverIsSeenInside)).toContain(userIdOf('bo'));
});

test("a former member posts nothing into the group's rooms, whatever the list of participants says", async () => {
  const { groupId, id } = await groupRoom();
  const send = async () => {
    const input = { roomId: id, clientMessageId: randomUUID(), text: 'still here' };
    return codesOf(await chat.execute(SEND, { input }, as('bo')));
  };
  expect(await send()).toEqual([]);
  await transaction((stores) =>
    stores.groups.apply({ groupId, userId: userIdOf('bo'), role: null, sequence: 2 }),
  );
  expect(await send()).toEqual(['ROOM_NOT_FOUND']);
});
