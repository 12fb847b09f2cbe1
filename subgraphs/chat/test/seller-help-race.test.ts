import { newId } from '@souk/runtime/domain';
import { as, isWaitedFor, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyChangedSeller } from '../src/consumers/copy-sellers.ts';
import { createClient } from '../src/persistence/client.ts';
import { setSupportTaken } from '../src/use-cases/help-in-support-room.ts';
import { openRoom } from '../src/use-cases/open-room.ts';
import { startChat, type TestChat, UNHINDERED } from './chat.ts';
import { transactionsOf } from './database.ts';
import { takeBySeenHelpers } from './mutants/take-by-seen-helpers.ts';

let chat: TestChat;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  chat = await startChat({ people: ['bo', 'olga', 'stan'] });
  client = createClient(chat.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await chat[Symbol.asyncDispose]();
});

const { transaction, session } = transactionsOf(() => client);

async function askedSeller() {
  const sellerId = newId('sel');
  const id = newId('room');
  await transaction(async (stores) => {
    const helperIds = ['olga', 'stan'].map(userIdOf);
    await stores.sellers.keep({ id: sellerId, status: 'ACTIVE', helperIds }, 1);
    const named = { name: null, topic: null, directKey: null, isGeneral: false, groupId: null };
    const room = { id, kind: 'SUPPORT' as const, createdBy: userIdOf('bo'), ...named };
    await openRoom(stores, { ...room, createdAt: new Date() }, [userIdOf('bo')]);
    const subject = { orderId: null, sellerOrderId: null, sellerId };
    await stores.support.add({ roomId: id, ...subject, askedBy: userIdOf('bo') });
  });
  return { sellerId, id };
}

/** Who is in the room when stan takes it over while the news that stan left the seller is being handled. */
async function leftInside(take: typeof setSupportTaken): Promise<string[]> {
  const { sellerId, id } = await askedSeller();
  let taking: Promise<unknown> = Promise.resolve();
  await transaction(async (stores) => {
    const handling = await session();
    const members = [{ userId: userIdOf('olga'), role: 'OWNER' }];
    const event = { sellerId, status: 'ACTIVE', members };
    const origin = { eventId: newId('evt'), stream: `seller:${sellerId}`, occurredAt: new Date() };
    await copyChangedSeller.handle({ event: event as never, sequence: 2, ...origin }, stores);
    let settled = false;
    const deps = { transaction, clock: () => new Date(), config: UNHINDERED };
    taking = take(deps as never, as('stan'), { roomId: id, on: true })
      .catch(() => {})
      .finally(() => {
        settled = true;
      });
    await until(async () => settled || (await isWaitedFor(chat, handling)));
  });
  await taking;
  const rows = await client.participant.findMany({ where: { roomId: id } });
  return rows.map(({ userId }) => userId);
}

test('somebody who leaves a seller does not keep a customer that they take over at that moment', async () => {
  expect(await leftInside(setSupportTaken)).toEqual([userIdOf('bo')]);
  expect(await leftInside(takeBySeenHelpers)).toContain(userIdOf('stan'));
});
