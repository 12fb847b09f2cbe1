import { randomUUID } from 'node:crypto';
import { newId, type Viewer } from '@souk/runtime/domain';
import { as, isWaitedFor, until, userIdOf, waitersFor } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handBackOfFormerStaff } from '../src/consumers/hand-back-of-former-staff.ts';
import { createClient } from '../src/persistence/client.ts';
import { FAILURES, startChat, type TestChat } from './chat.ts';
import { transactionsOf } from './database.ts';

let chat: TestChat;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  chat = await startChat({ people: ['cy'] });
  client = createClient(chat.databaseUrl);
});
afterAll(async () => {
  await client.$disconnect();
  await chat[Symbol.asyncDispose]();
});

const { transaction, session } = transactionsOf(() => client);
const CY = userIdOf('cy');
const STAFF: Viewer = { ...as('cy'), roles: ['MODERATOR'] };
const OPEN = `mutation ($id: ID!) { openDiscussion(entityId: $id) { room { id } ${FAILURES} } }`;
const SAY = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } ${FAILURES} } }`;

test('a message that somebody begins while they leave the staff is finished without staff rights', async () => {
  const { openDiscussion } = await chat.ask(OPEN, { id: newId('prd') }, STAFF);
  const roomId: string = openDiscussion.room.id;
  const input = { roomId, clientMessageId: randomUUID(), text: 'Wait, @everyone', final: false };
  let both: Promise<unknown>[] = [];
  await transaction(async (stores) => {
    const holding = await session();
    await stores.participants.lock(roomId, CY);
    const beginning = chat.ask(SAY, { input }, STAFF);
    both = [beginning];
    await until(() => isWaitedFor(chat, holding));
    let settled = false;
    const origin = { eventId: newId('evt'), stream: `user:${CY}`, occurredAt: new Date() };
    const event = { userId: CY, roles: ['CUSTOMER'] } as never;
    const leaving = transaction((own) =>
      handBackOfFormerStaff.handle({ event, sequence: 2, ...origin }, own),
    ).finally(() => {
      settled = true;
    });
    both = [beginning, leaving];
    await until(async () => settled || (await waitersFor(chat, holding)) > 1);
  });
  await Promise.all(both);
  const begun = await client.message.findMany({
    where: { roomId, authorId: CY, growingUntil: { not: null } },
  });
  expect(begun).toMatchObject([{ growsAsStaff: false }]);
});
