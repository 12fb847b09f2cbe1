import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@souk/testkit';
import type { ComposedSouk } from '../composed-souk.ts';
import { followTalk, type TalkReader } from './talk-reader.ts';

export interface TalkSize {
  readonly rooms: number;
  readonly senders: number;
  readonly readers: number;
  /** How many messages all senders together say within a second, as far as they are answered. */
  readonly messagesPerSecond: number;
  readonly kills: Readonly<Record<'chat' | 'redis' | 'gateway', number>>;
  /** Most milliseconds until a reader cuts its own connection. */
  readonly cutWithinMs: number;
}

type Person = Awaited<ReturnType<ComposedSouk['register']>>;

/** What was posted and received in one room. */
interface RoomHistory {
  readonly id: string;
  /** The acknowledgements that senders got, by sequence in the room. */
  readonly acknowledged: Map<number, string>;
  /** What the room contains afterwards, read page by page. */
  kept: { sequence: number; text: string }[];
}

export interface Talk {
  readonly mistakes: string[];
  /** The mistakes of readers who forget where they were: there have to be some. */
  readonly mistakesOfForgetful: string[];
  readonly figures: object;
}

/** Messages that are waited for between two kills. */
const MOST_BETWEEN_KILLS = 100;

const CREATE = `mutation ($input: CreateRoomInput!) { createRoom(input: $input) {
  room { id head } errors { __typename } } }`;
const REFRESH = `mutation ($token: String!, $key: UUID!) { refreshSession(refreshToken: $token, idempotencyKey: $key) {
  tokens { accessToken refreshToken } errors { __typename } } }`;
/** Access tokens are good for ten minutes. */
const REFRESH_MS = 240_000;
const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
  message { sequence } errors { ... on UserError { code message } } } }`;
const MESSAGES = `query ($id: ID!, $after: String) { room(id: $id) {
  messages(first: 100, after: $after) { edges { node { text sequence } } pageInfo { hasNextPage endCursor } } } }`;

/**
 * Says things in rooms while processes are killed and connections cut, and checks the history of each reader
 * against what senders were answered: nothing lost, nothing twice, everything in its order.
 */
export async function talkThroughKills(souk: ComposedSouk, size: TalkSize): Promise<Talk> {
  // One after the other: hashing the passwords of all at once would take longer than a request may.
  const people: Person[] = [];
  for (let nth = 0; nth < size.senders; nth += 1) people.push(await souk.register(`talker${nth}`));
  const [host, ...others] = people as [Person, ...Person[]];
  const created = await Promise.all(
    Array.from({ length: size.rooms }, async (_, nth) => {
      const participantIds = others.map(({ id }) => id);
      const input = { kind: 'PRIVATE', name: `Hall ${nth}`, participantIds };
      const { createRoom } = await insisting(() => souk.ask(CREATE, { input }, host.token));
      return createRoom.room as { id: string; head: string };
    }),
  );
  const rooms = created.map(({ id }): RoomHistory => ({ id, acknowledged: new Map(), kept: [] }));
  const read = (nth: number, resumes: boolean) => {
    const { id: roomId, head: after } = created[nth % size.rooms] as { id: string; head: string };
    const person = people[nth % people.length] as Person;
    const way = nth % 2 === 0 ? 'graphql-ws' : 'SSE';
    const { gatewayUrl } = souk;
    return followTalk({
      ...{ gatewayUrl, roomId, after, way, resumes, cutWithinMs: size.cutWithinMs },
      token: () => person.token,
    });
  };
  const readers = Array.from({ length: size.readers }, (_, nth) => read(nth, true));
  const forgetful = [read(0, false), read(1, false)];

  const renewing = new AbortController();
  const renewed = Promise.all(people.map((person) => keepSignedIn(souk, person, renewing.signal)));
  // Readers that were signed out are reported when all have stopped.
  renewed.catch(() => {});
  let talking = true;
  let repeated = 0;
  let answered = 0;
  const refusals = new Map<string, number>();
  const from = performance.now();
  const speaking = people.map(async (person, nth) => {
    const everyMs = (1_000 * size.senders) / size.messagesPerSecond;
    let due = performance.now();
    for (let count = 0; talking; count += 1) {
      const room = rooms[(nth + count) % size.rooms] as RoomHistory;
      const text = `${nth}/${count}`;
      const input = { roomId: room.id, clientMessageId: randomUUID(), text };
      for (;;) {
        // A client sends again, under one id, until it is answered.
        const answer = await souk.ask(SEND, { input }, person.token).catch((error) => {
          const why = String(error).slice(0, 120);
          refusals.set(why, (refusals.get(why) ?? 0) + 1);
          return null;
        });
        const sequence = answer?.sendMessage?.message?.sequence;
        if (sequence) {
          room.acknowledged.set(sequence, text);
          answered += 1;
          break;
        }
        repeated += 1;
        await delay(50);
      }
      due = Math.max(due + everyMs, performance.now() - 1_000);
      await delay(Math.max(0, due - performance.now()));
    }
  });
  const { chat, redis, gateway } = size.kills;
  // Strewn among each other, and each as often as it is to be.
  const victims = [
    ...Array.from({ length: chat }, (_, nth) => ({ name: 'chat', at: (nth + 0.5) / chat })),
    ...Array.from({ length: redis }, (_, nth) => ({ name: 'redis', at: (nth + 0.6) / redis })),
    ...Array.from({ length: gateway }, (_, nth) => ({
      name: 'gateway',
      at: (nth + 0.7) / gateway,
    })),
  ].sort((one, other) => one.at - other.at);
  for (const { name } of victims) {
    // Between two kills there is talk, however long a process takes to be there again: two seconds of it, or as much as a
    // busy machine takes in as many minutes.
    const enough = answered + Math.min(2 * size.messagesPerSecond, MOST_BETWEEN_KILLS);
    await until(() => answered >= enough, {
      within: 240_000,
      describe: () => `${answered} messages in all; refused: ${JSON.stringify([...refusals])}`,
    });
    await (name === 'redis' ? souk.killRedis() : souk.kill(name));
  }
  await delay(1_000);
  talking = false;
  await Promise.all(speaking);
  const seconds = (performance.now() - from) / 1_000;

  await Promise.all(
    rooms.map(async (room) => {
      for (let after: string | null = null; ; ) {
        const variables: object = { id: room.id, after };
        const { messages } = (await insisting(() => souk.ask(MESSAGES, variables, host.token)))
          .room;
        room.kept.push(...messages.edges.map(({ node }: { node: unknown }) => node));
        if (!messages.pageInfo.hasNextPage) return;
        after = messages.pageInfo.endCursor;
      }
    }),
  );
  renewing.abort();
  await renewed;
  const historyOf = ({ roomId }: TalkReader) =>
    rooms.find(({ id }) => id === roomId) as RoomHistory;
  const missing = () =>
    readers.filter(
      (reader) => reader.heard.at(-1)?.sequence !== historyOf(reader).kept.at(-1)?.sequence,
    );
  // A reader who does not get this far has lost something, which is reported below.
  await until(() => missing().length === 0).catch(() => {});
  await Promise.all([...readers, ...forgetful].map((reader) => reader.stop()));

  const said = rooms.reduce((sum, { kept }) => sum + kept.length, 0);
  const mistakes = [
    ...rooms.flatMap(mistakesOfRoom),
    ...readers.flatMap((reader) => mistakesOf(reader, historyOf(reader))),
  ];
  return {
    mistakes,
    mistakesOfForgetful: forgetful.flatMap((reader) => mistakesOf(reader, historyOf(reader))),
    figures: {
      ...{
        seconds: Math.round(seconds),
        said,
        repeated,
        refusals: [...refusals],
        perSecond: Math.round(said / seconds),
      },
      delivered: readers.reduce((sum, { heard }) => sum + heard.length, 0),
      connections: readers.reduce((sum, { connections }) => sum + connections, 0),
      ...{ kills: size.kills, readers: size.readers, senders: size.senders, rooms: size.rooms },
    },
  };
}

/** Refreshes somebody's tokens before they end: talk through many kills takes longer than one is good for. */
async function keepSignedIn(
  souk: ComposedSouk,
  person: Person,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await delay(REFRESH_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const variables = { token: person.refreshToken, key: randomUUID() };
    const { refreshSession } = await insisting(() => souk.ask(REFRESH, variables));
    const { accessToken: token, refreshToken } = refreshSession.tokens;
    Object.assign(person, { token, refreshToken });
  }
}

/** Retries like a client that is told that something is unavailable at the moment. */
const insisting = <Answer>(ask: () => Promise<Answer>): Promise<NonNullable<Answer>> =>
  until(() => ask().catch(() => null));

/** What is wrong with the room's content: it must be 1 to N and contain everything acknowledged, once. */
function mistakesOfRoom({ id, acknowledged, kept }: RoomHistory): string[] {
  const texts = kept.map(({ text }) => text);
  return [
    ...kept.flatMap(({ sequence }, at) => (sequence === at + 1 ? [] : [`${id}: gap at ${at + 1}`])),
    ...[...acknowledged].flatMap(([sequence, text]) =>
      kept[sequence - 1]?.text === text ? [] : [`${id}: ${text} is lost from ${sequence}`],
    ),
    ...(new Set(texts).size === texts.length ? [] : [`${id}: something is there twice`]),
  ];
}

/** What is wrong with what a reader received: it must be every message of the room once, in order. */
function mistakesOf({ heard, surprises, way }: TalkReader, { id, kept }: RoomHistory): string[] {
  const seen = new Set<number>();
  const wrong = surprises.map((surprise) => `${way}: ${surprise}`);
  let last = 0;
  for (const { sequence, text } of heard) {
    if (seen.has(sequence)) wrong.push(`${way}, ${id}: ${sequence} came twice`);
    else if (sequence < last) wrong.push(`${way}, ${id}: ${sequence} came late`);
    if (kept[sequence - 1]?.text !== text) wrong.push(`${way}, ${id}: ${sequence} says otherwise`);
    seen.add(sequence);
    last = Math.max(last, sequence);
  }
  const lost = kept.filter(({ sequence }) => !seen.has(sequence));
  return [...wrong, ...lost.map(({ sequence }) => `${way}, ${id}: ${sequence} is lost`)];
}
