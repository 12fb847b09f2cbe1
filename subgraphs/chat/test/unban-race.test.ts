import { newId } from '@souk/runtime/domain';
import { as, insist, isWaitedFor, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import type { ChatDeps } from '../src/use-cases/deps.ts';
import { unbanFromRoom } from '../src/use-cases/unban-from-room.ts';
import { JOIN, REMOVE, startChat, type TestChat } from './chat.ts';
import { transactionsOf } from './database.ts';
import { unbanAsSeen } from './mutants/unban-as-seen.ts';

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
const BO = userIdOf('bo');

/** A public room that bo was taken out of, and the ban that keeps bo out. */
async function roomWithBan() {
  const roomId = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Ban' });
  await chat.ask(JOIN, { id: roomId }, 'bo');
  await chat.ask(REMOVE, { roomId, userId: BO }, 'ada');
  const ban = await client.roomBan.findFirstOrThrow({ where: { roomId } });
  return { roomId, banId: ban.id };
}

/** The bans there are when a ban is lifted while another is just taking its place. */
async function bansLeft(unban: typeof unbanFromRoom): Promise<string[]> {
  const { roomId, banId } = await roomWithBan();
  const anew = newId('rban');
  let lifting: Promise<unknown> = Promise.resolve();
  await transaction(async ({ bans }) => {
    const replacing = await session();
    await bans.lock(roomId, [BO]);
    let settled = false;
    lifting = unban({ transaction } as ChatDeps, as('ada'), banId)
      .catch((error) => error)
      .finally(() => {
        settled = true;
      });
    await until(async () => settled || (await isWaitedFor(chat, replacing)));
    // Somebody else lifts it first, bo comes in and is taken out again.
    await bans.remove(banId);
    const ban = { id: anew, roomId, userId: BO, bannedBy: userIdOf('ada') };
    await bans.put({ ...ban, createdAt: new Date(), reason: null, until: null, reportId: null });
  });
  await lifting;
  const rows = await client.roomBan.findMany({ where: { roomId } });
  return rows.map(({ id }) => (id === anew ? 'the new one' : id));
}

test('a ban that came in the place of the one that is lifted stays', async () => {
  expect(await bansLeft(unbanFromRoom)).toEqual(['the new one']);
  expect(await bansLeft(unbanAsSeen)).toEqual([]);
});

test('nobody is a participant and banned, however joining, removing and unbanning race', async () => {
  const UNBAN = `mutation ($roomBanId: ID!) { unbanFromRoom(roomBanId: $roomBanId) {
    errors { ... on UserError { code } } } }`;
  for (let round = 0; round < 15; round += 1) {
    const { roomId, banId } = await roomWithBan();
    const calls = [
      () => chat.execute(UNBAN, { roomBanId: banId }, as('ada')),
      () => chat.execute(JOIN, { id: roomId }, as('bo')),
      () => chat.execute(REMOVE, { roomId, userId: BO }, as('ada')),
      () => chat.execute(JOIN, { id: roomId }, as('bo')),
    ];
    const turned = [...calls.slice(round % 4), ...calls.slice(0, round % 4)];
    await Promise.all(turned.map((call) => insist(call)));
    const [banned, inside] = await Promise.all([
      client.roomBan.count({ where: { roomId, userId: BO } }),
      client.participant.count({ where: { roomId, userId: BO } }),
    ]);
    expect(banned + inside).toBeLessThanOrEqual(1);
  }
});
