import { newId } from '@souk/runtime/domain';
import { as } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChat, type TestChat } from './chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ people: ['ada', 'bo', 'eve'] });
});
afterAll(() => chat[Symbol.asyncDispose]());

const SEND = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { errors { ... on UserError { code path } } } }`;
const HIDDEN = '\u202eturned';
const send = async (input: Record<string, unknown>, who = 'ada') => {
  const given = { clientMessageId: crypto.randomUUID(), text: 'Hello', ...input };
  const answer = await chat.execute(SEND, { input: given }, as(who));
  return answer.data?.sendMessage.errors.map(({ code, path }: { code: string; path: string[] }) => [
    code,
    path?.join('.'),
  ]);
};

test('a message with a wrong text, key, room and reply reports all mistakes at once', async () => {
  const wrong = { text: HIDDEN, clientMessageId: 'none', replyToId: newId('msg') };
  const reported = await send({ ...wrong, roomId: newId('room') });
  expect(reported.sort()).toEqual([
    ['BAD_USER_INPUT', 'input.clientMessageId'],
    ['BAD_USER_INPUT', 'input.text'],
    ['MESSAGE_NOT_FOUND', 'input.replyToId'],
    ['ROOM_NOT_FOUND', 'input.roomId'],
  ]);
  // A room that one may not see is told like one that is not there.
  const roomId = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Ours' });
  expect((await send({ ...wrong, roomId }, 'eve')).sort()).toEqual(reported);
  expect((await send({ ...wrong, roomId, replyToId: null })).sort()).toEqual(reported.slice(0, 2));
});
