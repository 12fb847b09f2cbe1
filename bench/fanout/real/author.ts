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

/** An account that talks through a gateway. */
export interface Account {
  readonly token: string;
  /** Opens a room that everybody may read. */
  openRoom(name: string): Promise<string>;
  say(roomId: string, text: string): Promise<void>;
  /** Asks anything else; throws what failed. */
  // biome-ignore lint/suspicious/noExplicitAny: each benchmark knows what it asks for.
  ask(query: string, variables: object): Promise<any>;
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

export async function registerAuthor(
  asker: Asker,
  codeFor: (email: string) => Promise<string>,
): Promise<Author> {
  const { openRoom, say } = await registerAccount(asker, codeFor);
  const roomId = await openRoom('Square');
  // What opening a room says to those who are in it has been said before anybody listens.
  await delay(500);
  return { roomId, say: (number) => say(roomId, textOf(number)) };
}

/** `codeFor` takes the code of the mail out of the users' database: nobody reads mail here. */
export async function registerAccount(
  { ask: send }: Asker,
  codeFor: (email: string) => Promise<string>,
): Promise<Account> {
  const ask = async (query: string, variables: object, token?: string) => {
    const headers = {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    const body = JSON.stringify({ query, variables });
    const { data, errors } = JSON.parse(await send('POST', '/graphql', body, headers));
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  const mutate = async (query: string, input: object, token?: string) => {
    const [payload] = Object.values(await ask(query, { input }, token)) as Payload[];
    if (!payload || payload.errors.length > 0) throw new Error(JSON.stringify(payload?.errors));
    return payload;
  };
  const username = `aase_${randomUUID().slice(0, 8)}`;
  const email = `${username}@example.test`;
  const { challenge } = await mutate(REGISTER, {
    email,
    username,
    displayName: AUTHOR.displayName,
    password: 'a long enough sentence',
  });
  const challengeId = challenge?.challengeId;
  const { tokens } = await mutate(CONFIRM, { challengeId, code: await codeFor(email) });
  const token = tokens?.accessToken ?? '';
  return {
    token,
    openRoom: async (name) => {
      const { room } = await mutate(OPEN_ROOM, { kind: 'PUBLIC', name }, token);
      return room?.id ?? '';
    },
    say: async (roomId, text) => {
      await mutate(SAY, { roomId, clientMessageId: randomUUID(), text }, token);
    },
    ask: (query, variables) => ask(query, variables, token),
  };
}

interface Payload {
  readonly errors: readonly { code: string; message: string }[];
  readonly challenge?: { challengeId: string };
  readonly tokens?: { accessToken: string };
  readonly room?: { id: string };
}
