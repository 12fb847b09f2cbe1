import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@souk/testkit';
import { expect } from 'vitest';
import { rotateKeys } from '../composed-processes.ts';
import type { ComposedSouk } from '../composed-souk.ts';
import { socketClient } from '../socket-client.ts';
import { type Conversation, startConversation } from './conversation.ts';

const WITHIN = { within: 120_000 };

const ASK = `query ($id: ID!, $before: String) { viewer { id }
  room(id: $id) { messages(last: 1, before: $before) { edges { cursor } } } }`;
const REFRESH = `mutation ($token: String!, $key: UUID!) { refreshSession(refreshToken: $token, idempotencyKey: $key) {
  replayed tokens { accessToken refreshToken } errors { __typename } } }`;
const HEAD = '{ viewer { accountHead } }';
const ACCOUNT = `subscription ($after: EventCursor) { accountEvents(after: $after) {
  __typename ... on StreamEvent { cursor } } }`;
const RENAME = `mutation { updateProfile(input: { displayName: "Renamed" }) { errors { __typename } } }`;

export interface Rotation {
  /** The steps, each with the services that its environment changes for. */
  readonly steps: readonly { readonly name: string; readonly services: readonly string[] }[];
  readonly conversations: number;
  /** Milliseconds between what one person does and the next of its kind. */
  readonly pauseMs: number;
}

interface Figures {
  asked: number;
  refreshed: number;
  /** Tries that met a process as it stopped, and were made again. */
  again: number;
  /** Refreshes whose first answer was lost. */
  repeated: number;
  messages: number;
}

/**
 * Rotates the keys while people ask, write, listen, turn pages, refresh their tokens and open accounts: nobody
 * is refused anything, no stream is reset, and a socket stays open through every step in which its gateway goes on. Resolves to the keys afterwards.
 */
export async function rotateUnderLoad(
  souk: ComposedSouk,
  before: Readonly<Record<string, string>>,
  { steps, conversations, pauseMs }: Rotation,
): Promise<{ keys: Record<string, string>; figures: Figures }> {
  const figures: Figures = { asked: 0, refreshed: 0, again: 0, repeated: 0, messages: 0 };
  const refused: string[] = [];
  let isOver = false;
  const tag = randomBytes(3).toString('hex');
  const insisting = <Result>(work: () => Promise<Result>) =>
    until(async () => {
      try {
        return await work();
      } catch (error) {
        // A client retries if it is told to, and if a connection breaks.
        if (
          !/SERVICE_UNAVAILABLE|SUBGRAPH_|fetch failed|terminated|other side closed/.test(
            String(error),
          )
        )
          throw error;
        figures.again += 1;
        return null;
      }
    }, WITHIN);
  let names = 0;
  /** After a broken connection nobody knows how far the attempt got; its name may be taken by now. */
  const nextName = () => {
    names += 1;
    return `rota${names}_${tag}`;
  };
  const people: Person[] = [];
  // One after the other: passwords are hashed by a few at once, and the others would wait.
  while (people.length < conversations) {
    people.push(await insisting(() => startPerson(souk, nextName())));
  }
  const doing = async (person: Person, what: (person: Person) => Promise<void>) => {
    while (!isOver) {
      await what(person).catch((error) => refused.push(String(error)));
      await delay(pauseMs);
    }
  };
  const working = people.flatMap((person) => [
    doing(person, async ({ talk, page }) => {
      const given = { id: talk.roomId, before: page };
      await insisting(() => souk.ask(ASK, given, talk.writer.token));
      figures.asked += 1;
    }),
    doing(person, async ({ talk }) => {
      const given = { token: talk.writer.refreshToken, key: randomUUID() };
      const { refreshSession } = await insisting(() => souk.ask(REFRESH, given));
      if (!refreshSession.tokens) throw new Error(JSON.stringify(refreshSession.errors));
      if (refreshSession.replayed) figures.repeated += 1;
      const { accessToken: token, refreshToken } = refreshSession.tokens;
      Object.assign(talk.writer, { token, refreshToken });
      person.refreshes += 1;
      figures.refreshed += 1;
      await delay(200);
    }),
    doing(person, async ({ talk }) => {
      const key = randomUUID();
      const text = `${person.said.length}`;
      await insisting(async () => {
        const why = await talk.send(text, key);
        if (why !== null) throw new Error(why);
        return true;
      });
      person.said.push(text);
      figures.messages += 1;
    }),
  ]);
  let keys = { ...before };
  for (const { name, services } of steps) {
    const connected = people.map(({ listener }) => listener.connections());
    const isGatewayRolled = services.includes('gateway');
    keys = await rotateKeys(name, keys);
    await souk.roll(services, keys);
    // Mails that have arrived were encrypted and decrypted with these keys.
    let newcomer = '';
    await insisting(() => {
      newcomer = nextName();
      return souk.register(newcomer);
    });
    await until(() => souk.mail.received.some(({ to }) => to.startsWith(`${newcomer}@`)), WITHIN);
    // In the ten minutes that tokens are good for everybody refreshes theirs.
    const counts = people.map(({ refreshes }) => refreshes);
    await until(() => people.every(({ refreshes }, nth) => refreshes > (counts[nth] ?? 0) + 1), {
      ...WITHIN,
      describe: () => `after ${name}: ${refused.slice(0, 3).join()}`,
    });
    // What is said by now reaches every socket, and those of a gateway that goes on are the ones from before.
    const saidBy = people.map(({ said }) => said.length);
    await until(
      () => people.every(({ listener }, nth) => listener.heard.length > (saidBy[nth] ?? 0)),
      {
        ...WITHIN,
        describe: () =>
          `after ${name}: ${people.map(({ listener }) => listener.heard.length).join()}`,
      },
    );
    const now = people.map(({ listener }) => listener.connections());
    if (!isGatewayRolled) expect(now, `sockets at ${name}`).toEqual(connected);
  }
  isOver = true;
  await Promise.all(working);
  expect(refused).toEqual([]);
  for (const { talk, said, listener, account } of people) {
    await until(() => listener.heard.length >= said.length + 1, {
      ...WITHIN,
      describe: () => `${listener.heard.length} of ${said.length + 1} were heard`,
    });
    expect(listener.heard).toEqual(['first', ...said]);
    // Nothing came of this stream all the while, so its place is the one from before.
    await souk.ask(RENAME, {}, talk.writer.token);
    await until(() => account.heard.includes('ProfileUpdated'), {
      ...WITHIN,
      describe: () => `the stream of the account sent ${account.heard.join()}`,
    });
    expect(new Set(account.heard)).toEqual(new Set(['CaughtUp', 'ProfileUpdated']));
    await Promise.all([listener.stop(), account.stop()]);
  }
  return { keys, figures };
}

interface Person {
  readonly talk: Conversation;
  readonly listener: ReturnType<Conversation['listen']>;
  readonly account: { readonly heard: string[]; stop(): Promise<void> };
  /** A cursor of before, by which pages are turned all the while. */
  readonly page: string;
  readonly said: string[];
  refreshes: number;
}

async function startPerson(souk: ComposedSouk, name: string): Promise<Person> {
  const talk = await startConversation(souk, name);
  expect(await talk.send('first')).toBeNull();
  const { room } = await souk.ask(ASK, { id: talk.roomId, before: null }, talk.writer.token);
  const { viewer } = await souk.ask(HEAD, {}, talk.writer.token);
  return {
    talk,
    listener: talk.listen(),
    account: listenToAccount(souk, talk.writer, viewer.accountHead),
    page: room.messages.edges[0].cursor,
    said: [],
    refreshes: 0,
  };
}

/** The kinds of all that the stream of an account sends, over whatever interruptions. */
function listenToAccount(souk: ComposedSouk, writer: { token: string }, head: string) {
  const heard: string[] = [];
  const client = socketClient(souk.gatewayUrl, writer, {
    retryAttempts: 1_000,
    shouldRetry: () => true,
  });
  client.subscribe<{ accountEvents: { __typename: string } }>(
    { query: ACCOUNT, variables: { after: head } },
    {
      next: ({ data, errors }) => {
        heard.push(data?.accountEvents.__typename ?? JSON.stringify(errors));
      },
      error: (error) => heard.push(`error: ${JSON.stringify(error)}`),
      complete: () => {},
    },
  );
  return { heard, stop: async () => void (await client.dispose()) };
}
