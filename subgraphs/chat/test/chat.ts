import { randomUUID } from 'node:crypto';
import type { Backplane } from '@souk/runtime/backplane';
import { type Clock, newId, type Viewer } from '@souk/runtime/domain';
import {
  type Answer,
  as,
  type StartedSubgraph,
  startSubgraph,
  until,
  userIdOf,
} from '@souk/testkit';
import { type ChatConfig, createChatSubgraph } from '../src/index.ts';

export interface ChatOptions {
  /** Who has registered before; their names are their usernames. */
  people?: readonly string[];
  config?: Partial<ChatConfig>;
  backplane?: Backplane;
  clock?: Clock;
}

export interface TestChat extends StartedSubgraph {
  register(...names: string[]): Promise<void>;
  /** Throws failures of a payload as well as errors; people may be named. */
  ask(
    query: string,
    variables?: Record<string, unknown>,
    who?: Viewer | string | null,
  ): Promise<Data>;
  createRoom(who: string, input: Record<string, unknown>): Promise<string>;
  openDirect(who: string, ...others: string[]): Promise<string>;
  send(who: string, roomId: string, text: string, more?: Record<string, unknown>): Promise<Sent>;
  head(who: string, roomId: string): Promise<string>;
  /** Reads all that is there. */
  readAll(who: string, roomId: string): Promise<void>;
  follow(
    who: string,
    roomId: string,
    after?: string | null,
  ): ReturnType<StartedSubgraph['subscribe']>;
}

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Data = any;

export interface Sent {
  id: string;
  sequence: number;
  duplicate: boolean;
}

export const UNHINDERED: ChatConfig = {
  messagesPerWindow: 100_000,
  messageWindowSeconds: 10,
  roomsPerWindow: 1_000_000,
  strangersPerWindow: 1_000_000,
  changesPerWindow: 1_000_000,
  contactWindowSeconds: 3_600,
  // Where it is not what a test is about, people know each other.
  strangersAsk: false,
  presenceChangesPerWindow: 1_000_000,
  presenceWindowSeconds: 600,
};

/** Chat with its worker on a fresh database, where the rate limit is out of a test's way. */
export async function startChat({
  people = ['ada', 'bo', 'cy', 'eve'],
  config = {},
  backplane,
  clock,
}: ChatOptions = {}): Promise<TestChat> {
  const graph = await startSubgraph('chat', createChatSubgraph, {
    config: { ...UNHINDERED, ...config },
    worker: true,
    ...(backplane ? { backplane } : {}),
    ...(clock ? { clock } : {}),
  });
  const ask: TestChat['ask'] = async (query, variables = {}, who = null) => {
    const data = await graph.ask(query, variables, typeof who === 'string' ? as(who) : who);
    for (const payload of Object.values(data as Record<string, Data>)) {
      if (payload?.errors?.length) throw new Error(JSON.stringify(payload.errors));
    }
    return data;
  };
  const register = async (...names: string[]) => {
    for (const name of names) await graph.deliver('users.UserRegistered', registered(name));
    const representations = names.map((name) => ({ __typename: 'User', id: userIdOf(name) }));
    await until(async () => {
      const { errors } = await graph.execute(KNOWN, { representations });
      return !errors;
    });
  };
  const chat: TestChat = {
    ...graph,
    register,
    ask,
    createRoom: async (who, input) => (await ask(CREATE_ROOM, { input }, who)).createRoom.room.id,
    openDirect: async (who, ...others) => {
      const userIds = others.map(userIdOf);
      return (await ask(OPEN_DIRECT, { userIds }, who)).openDirectRoom.room.id;
    },
    send: async (who, roomId, text, more = {}) => {
      const input = { roomId, clientMessageId: randomUUID(), text, ...more };
      const { sendMessage } = await ask(SEND, { input }, who);
      return { ...sendMessage.message, duplicate: sendMessage.duplicate };
    },
    head: async (who, roomId) => (await ask(HEAD, { roomId }, who)).room.head,
    readAll: async (who, roomId) => {
      const { room } = await ask(LAST, { roomId }, who);
      await ask(MARK_READ, { roomId, upTo: room.lastSequence }, who);
    },
    follow: (who, roomId, after = null) => graph.subscribe(ROOM_EVENTS, { roomId, after }, as(who)),
  };
  if (people.length > 0) await register(...people);
  return chat;
}

export const registered = (name: string) => ({
  userId: userIdOf(name),
  username: name,
  displayName: name,
  locale: null,
  email: `${name}@example.org`,
});

/** The typed failures of the answer's only payload. */
export const failuresOf = ({ data, errors }: Answer): { code: string; path: string[] | null }[] => {
  if (errors) throw new Error(JSON.stringify(errors));
  return (Object.values(data)[0] as { errors: [] }).errors;
};
export const codesOf = (answer: Answer): unknown[] =>
  answer.errors
    ? answer.errors.map(({ extensions }) => extensions?.code)
    : failuresOf(answer).map(({ code }) => code);

export const asNobody: Viewer | null = null;
export const unknownRoom = () => newId('room');

export const FAILURES = 'errors { __typename ... on UserError { code message path } }';
const LIMITED_FAILURES = `errors { __typename ... on UserError { code message path }
  ... on RateLimitedError { retryAfterSeconds } }`;
const KNOWN = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { username } } }`;
export const CREATE_ROOM = `mutation ($input: CreateRoomInput!) {
  createRoom(input: $input) { room { id kind name topic group { id } participantCount } ${LIMITED_FAILURES} } }`;
export const OPEN_DIRECT = `mutation ($userIds: [ID!]!) {
  openDirectRoom(userIds: $userIds) { room { id kind participantCount } ${LIMITED_FAILURES} } }`;
export const JOIN = `mutation ($id: ID!) { joinRoom(roomId: $id) { room { id participantCount } ${FAILURES} } }`;
export const LEAVE = `mutation ($id: ID!) { leaveRoom(roomId: $id) { room { id } ${FAILURES} } }`;
export const ADD = `mutation ($roomId: ID!, $userIds: [ID!]!) {
  addParticipants(roomId: $roomId, userIds: $userIds) { room { id participantCount } ${LIMITED_FAILURES} } }`;
export const REMOVE = `mutation ($roomId: ID!, $userId: ID!) {
  removeParticipant(roomId: $roomId, userId: $userId) { room { id participantCount } ${FAILURES} } }`;
export const SEND = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) { duplicate message { id sequence text clientMessageId } ${LIMITED_FAILURES} } }`;
/** What is told of a message that something was done to. */
export const MESSAGE = `id text revision editedAt deletedAt pinnedAt reactionCount
  reactions { emoji count sample { id } }`;
export const EDIT = `mutation ($input: EditMessageInput!) {
  editMessage(input: $input) { message { ${MESSAGE} } ${FAILURES} } }`;
export const DELETE = `mutation ($id: ID!) {
  deleteMessage(messageId: $id) { message { ${MESSAGE} } ${FAILURES} } }`;
export const REACT = `mutation ($id: ID!, $emoji: String!, $on: Boolean!) {
  setReaction(messageId: $id, emoji: $emoji, on: $on) { message { ${MESSAGE} viewerReactions } ${FAILURES} } }`;
export const PIN = `mutation ($id: ID!, $on: Boolean!) {
  setPinned(messageId: $id, on: $on) { message { ${MESSAGE} } room { id } ${FAILURES} } }`;
export const FORWARD = `mutation ($id: ID!, $roomId: ID!, $key: UUID!) {
  forwardMessage(messageId: $id, roomId: $roomId, clientMessageId: $key) {
    message { id text sequence forwardedFrom { id } } replayed ${FAILURES} } }`;
export const SAVE = `mutation ($id: ID!, $on: Boolean!) {
  setMessageSaved(messageId: $id, on: $on) { message { id savedAt } ${FAILURES} } }`;
export const UPDATE = `mutation ($input: UpdateRoomInput!) {
  updateRoom(input: $input) { room { id name topic version readOnly slowModeSeconds } ${FAILURES} } }`;
export const ARCHIVE = `mutation ($id: ID!) {
  archiveRoom(roomId: $id) { room { id archivedAt } ${FAILURES} } }`;
export const BAN = `mutation ($roomId: ID!, $userId: ID!, $reason: String, $until: DateTime) {
  banFromRoom(roomId: $roomId, userId: $userId, reason: $reason, until: $until) {
    ban { id reason until user { id } } ${FAILURES} } }`;
export const MARK_READ = `mutation ($roomId: ID!, $upTo: Int!) {
  markRoomRead(roomId: $roomId, upToSequence: $upTo) { room { viewerState {
    readUpToSequence unreadCount firstUnread { sequence } } } ${FAILURES} } }`;
const LAST = 'query ($roomId: ID!) { room(id: $roomId) { lastSequence } }';
const HEAD = 'query ($roomId: ID!) { room(id: $roomId) { head } }';
export const ROOM_EVENTS = `subscription ($roomId: ID!, $after: EventCursor) {
  roomEvents(roomId: $roomId, after: $after) {
    __typename
    ... on StreamEvent { cursor occurredAt }
    ... on MessagePosted { message { id sequence text author { id username } } room { id } }
    ... on MessageEdited { message { ${MESSAGE} } }
    ... on MessageDeleted { message { ${MESSAGE} } deletedBy { id } }
    ... on ReactionsChanged { message { ${MESSAGE} } }
    ... on PinChanged { message { ${MESSAGE} } }
    ... on ParticipantsChanged { joined { id } left { id } }
    ... on ReadMoved { participant { user { id } readUpToSequence } }
    ... on CaughtUp { replayed }
    ... on StreamReset { reason }
  } }`;

/** What a followed room sent, without the envelope. */
export const eventsOf = (answers: readonly Answer[]): Data[] =>
  answers.map(({ data, errors }) => {
    if (errors) throw new Error(JSON.stringify(errors));
    return data.roomEvents;
  });
export const sequencesOf = (answers: readonly Answer[]): number[] =>
  eventsOf(answers)
    .filter(({ __typename }) => __typename === 'MessagePosted')
    .map(({ message }) => message.sequence);
