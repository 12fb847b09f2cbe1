import { createActivityRecord } from '@souk/runtime/backplane';
import { newId } from '@souk/runtime/domain';
import { as, until, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChat, type TestChat } from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['ada', 'bo'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

test('a room that a device shows counts as read by activity on that device, not on another', async () => {
  const { openDirectRoom } = await chat.ask(
    'mutation ($ids: [ID!]!) { openDirectRoom(userIds: $ids) { room { id } } }',
    { ids: [userIdOf('bo')] },
    'ada',
  );
  const roomId: string = openDirectRoom.room.id;
  const report = async (sessionId: string, active: boolean, room: string | null) => {
    const { errors } = await chat.execute(
      `mutation ($active: Boolean!, $roomId: ID) {
        reportActivity(active: $active, roomId: $roomId) { errors { __typename } } }`,
      { active, roomId: room },
      { ...as('ada'), sessionId },
    );
    expect(errors).toBeUndefined();
  };
  const [phone, desktop] = [newId('ses'), newId('ses')];
  const doings = () => createActivityRecord(chat.backplane.cache).of(userIdOf('ada'), roomId);
  await report(phone, true, null);
  await report(desktop, false, roomId);
  await until(async () => (await doings()).lastActiveAt !== null);
  expect((await doings()).readingUntil).toBeNull();
  await report(phone, false, roomId);
  expect((await doings()).readingUntil).toBeInstanceOf(Date);
});
