import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Asker } from '../asker.ts';
import { AUTHOR, textOf } from '../room.ts';

/** An account that writes, through a gateway, in a room that everybody may read. */
export interface Author {
  readonly roomId: string;
  /** Says the room's message of this number. */
  say(number: number): Promise<void>;
}

const REGISTER = `mutation ($input: RegisterUserInput!) {
  registerUser(input: $input) {
    challenge { challengeId } errors { ... on UserError { code message } }
  }
}`;
const CONFIRM = `mutation ($input: ConfirmRegistrationInput!) {
  confirmRegistration(input: $input) {
    tokens { accessToken } errors { ... on UserError { code message } }
  }
}`;
const OPEN_ROOM = `mutation ($input: CreateRoomInput!) {
  createRoom(input: $input) { room { id } errors { ... on UserError { code message } } }
}`;
const SAY = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { errors { ... on UserError { code message } } }
}`;

/** `codeFor` takes the code of the mail out of the users' database: nobody reads mail here. */
export async function registerAuthor(
  { ask }: Asker,
  codeFor: (email: string) => Promise<string>,
): Promise<Author> {
  const mutate = async (query: string, input: object, token?: string) => {
    const headers = {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    const body = JSON.stringify({ query, variables: { input } });
    const { data, errors } = JSON.parse(await ask('POST', '/graphql', body, headers));
    const [payload] = Object.values(data ?? {}) as Payload[];
    const failures = errors ?? payload?.errors;
    if (!payload || failures.length > 0) throw new Error(JSON.stringify(failures));
    return payload;
  };
  const name = `aase_${randomUUID().slice(0, 8)}`;
  const email = `${name}@example.test`;
  const { challenge } = await mutate(REGISTER, {
    email,
    username: name,
    displayName: AUTHOR.displayName,
    password: 'a long enough sentence',
  });
  const challengeId = challenge?.challengeId;
  const { tokens } = await mutate(CONFIRM, { challengeId, code: await codeFor(email) });
  const token = tokens?.accessToken;
  const { room } = await mutate(OPEN_ROOM, { kind: 'PUBLIC', name: 'Square' }, token);
  const roomId = room?.id ?? '';
  // What opening a room says to those who are in it has been said before anybody listens.
  await delay(500);
  return {
    roomId,
    say: async (number) => {
      await mutate(SAY, { roomId, clientMessageId: randomUUID(), text: textOf(number) }, token);
    },
  };
}

interface Payload {
  readonly errors: readonly { code: string; message: string }[];
  readonly challenge?: { challengeId: string };
  readonly tokens?: { accessToken: string };
  readonly room?: { id: string };
}
