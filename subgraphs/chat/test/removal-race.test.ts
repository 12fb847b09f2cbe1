import { randomUUID } from 'node:crypto';
import { as, sized, testBackplane, userIdOf } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REMOVE, SEND, startChat, type TestChat } from './chat.ts';
import { loggedEventsOf } from './database.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat[Symbol.asyncDispose]());

test('nothing somebody says is in the room after their removal, however close the race', async () => {
  const rounds = sized({ suite: 20, soak: 1_000 });
  for (let round = 0; round < rounds; round += 1) {
    const participantIds = [userIdOf('bo')];
    const roomId = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Race', participantIds });
    const sends = Array.from({ length: 8 }, (_, index) => {
      const input = { roomId, clientMessageId: randomUUID(), text: `${index}` };
      return chat.execute(SEND, { input }, as('bo'));
    });
    const removal = chat.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada');
    const answers = await Promise.all(sends);
    await removal;
    const logged = await loggedEventsOf(chat, roomId);
    const removedAt = logged.findIndex(({ payload }) => payload.left?.includes(userIdOf('bo')));
    const posted = logged.flatMap(({ type }, index) =>
      type === 'chat.MessagePosted' ? [index] : [],
    );
    expect(posted.every((index) => index < removedAt)).toBe(true);
    const acknowledged = answers.filter(({ data }) => data.sendMessage.message !== null);
    expect(acknowledged).toHaveLength(posted.length);
  }
});

test('who is removed between the check and the start of following is not let in', async () => {
  const backplane = await testBackplane();
  await using _ = { [Symbol.asyncDispose]: () => backplane.close() };
  let meanwhile = async () => {};
  const { pubsub } = backplane;
  const subscribe: typeof pubsub.subscribe = async (topic, listener) => {
    await meanwhile();
    return pubsub.subscribe(topic, listener);
  };
  await using hooked = await startChat({
    backplane: { ...backplane, pubsub: { ...pubsub, subscribe } },
  });
  const participantIds = [userIdOf('bo')];
  const roomId = await hooked.createRoom('ada', { kind: 'PRIVATE', name: 'Race', participantIds });
  meanwhile = async () => {
    await hooked.ask(REMOVE, { roomId, userId: userIdOf('bo') }, 'ada');
  };
  await expect(hooked.follow('bo', roomId)).rejects.toThrow('ROOM_NOT_FOUND');
});
