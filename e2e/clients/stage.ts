import { randomUUID } from 'node:crypto';
import { type BreakableLine, openLine, until } from '@souk/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Person, type RunningSouk, startSouk } from '../running-souk.ts';

/** A room in which two people talk, seen from the moment a client loads it. */
export interface TestRoom {
  readonly id: string;
  /** The cursor behind what is there so far. */
  readonly head: string;
  say(person: Person, text: string): Promise<void>;
}

/** All of Souk, two people in it, and a line to it that can be cut. */
export interface Stage {
  readonly souk: RunningSouk;
  readonly line: BreakableLine;
  readonly ada: Person;
  readonly bo: Person;
  /** Opens a room of Ada's, with Bo in it unless said otherwise. */
  openRoom(options?: { withBo?: boolean }): Promise<TestRoom>;
}

/** One Souk for all the tests of a file; what is in it exists once the tests run. */
export function useStage(): () => Stage {
  let stage: Stage | undefined;
  beforeAll(async () => {
    const souk = await startSouk();
    const [line, ada, bo] = await Promise.all([
      openLine(souk.url),
      souk.register('ada', 'Ada Lovelace'),
      souk.register('bo', 'Bo Diddley'),
    ]);
    stage = { souk, line, ada, bo, openRoom: (options) => openRoom(souk, ada, bo, options) };
  });
  afterAll(async () => {
    await stage?.line[Symbol.asyncDispose]();
    await stage?.souk[Symbol.asyncDispose]();
  });
  return () => {
    if (!stage) throw new Error('Souk has not started.');
    return stage;
  };
}

async function openRoom(
  souk: RunningSouk,
  ada: Person,
  bo: Person,
  { withBo = true } = {},
): Promise<TestRoom> {
  // On a busy machine, chat hears of a new registration a moment later.
  const { id, head } = await until(async () => {
    const { createRoom } = await souk.ask(
      `mutation ($people: [ID!]!) {
         createRoom(input: { kind: PRIVATE, name: "tunnel", participantIds: $people }) {
           room { id head } errors { ... on UserError { code } } } }`,
      { people: withBo ? [bo.id] : [] },
      ada.token,
    );
    if (!createRoom.room) expect(createRoom.errors).toEqual([{ code: 'USER_NOT_FOUND' }]);
    return createRoom.room as { id: string; head: string } | null;
  });
  return {
    id,
    head,
    say: async (person, text) => {
      const { sendMessage } = await souk.ask(
        SEND_MESSAGE,
        { input: { roomId: id, clientMessageId: randomUUID(), text } },
        person.token,
      );
      expect(sendMessage.errors).toEqual([]);
    },
  };
}

export const SEND_MESSAGE = `mutation SendMessage($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message { id text author { id displayName } }
    errors { __typename ... on UserError { code } }
  }
}`;
