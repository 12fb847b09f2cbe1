import { randomUUID } from 'node:crypto';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import { localSecrets, localSettings, startSupergraph } from '@souk/local';
import { createBackplane } from '@souk/runtime/backplane';
import type { SubgraphName } from '@souk/runtime/events';
import { silentLogger } from '@souk/runtime/process';
import { answered, postOperation, registerPerson, TEST_EVENT_KEYS } from '@souk/testkit';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { TEST_SETTINGS } from './running-souk.ts';

// A process of its own: what transforms modules for tests makes a function of each import.

/** What the test that starts this process hands in. */
export interface EnteredFile {
  readonly file: string;
  /** Those that are called in it, by name. */
  readonly functions: readonly string[];
}

export interface EnteredFilesSetting {
  readonly databaseUrls: Readonly<Record<SubgraphName, string>>;
  readonly jobsDatabaseUrl: string;
  /** For its secrets; who starts this process removes it. */
  readonly folder: string;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CREATE_ROOM = `mutation ($input: CreateRoomInput!) { createRoom(input: $input) { room { id } } }`;
const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) {
  message { id } errors { ... on UserError { code message } } } }`;
const ROOM = `subscription ($roomId: ID!) { roomEvents(roomId: $roomId) {
  __typename ... on MessagePosted { message { text author { displayName } } } } }`;

process.once('message', async ({ databaseUrls, jobsDatabaseUrl, folder }: EnteredFilesSetting) => {
  const backplane = await createBackplane({ jobsDatabaseUrl, logger: silentLogger });
  const souk = await startSupergraph({
    ...{
      databaseUrls,
      backplane,
      secrets: { ...(await localSecrets(folder)), eventOpeningKeys: TEST_EVENT_KEYS.opening },
    },
    ...{ port: 0, demo: false, logger: silentLogger },
    settings: localSettings(TEST_SETTINGS),
  });
  const { url } = souk.gateway;
  const ask = (query: string, input: object, token?: string) =>
    answered(() => postOperation(url, query, { input }, token));
  const register = async (username: string) => {
    const users = { databaseUrl: databaseUrls.users };
    return registerPerson((query, { input }) => ask(query, input), users, {
      ...{ username, displayName: username, password: randomUUID() },
      email: `${username}@example.org`,
    });
  };
  const ada = await register('ada');
  const bo = await register('bo');
  const { createRoom } = await ask(
    CREATE_ROOM,
    { kind: 'PRIVATE', name: 'Back room', participantIds: [bo.id] },
    ada.token,
  );
  const roomId = createRoom.room.id;
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { accessToken: bo.token },
  });
  const events = client.iterate({ query: ROOM, variables: { roomId } });
  await events.next();
  // Workers hand the event to its consumers meanwhile, which is another way.
  await souk.stopWorkers();

  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  /** The files of this repository with their functions that were called while a message was on its way. */
  const filesEntered = async (): Promise<Map<string, string[]>> => {
    await session.post('Profiler.takePreciseCoverage');
    const input = { roomId, clientMessageId: randomUUID(), text: 'Hello' };
    const { sendMessage } = await ask(SEND, input, ada.token);
    if (!sendMessage.message) throw new Error(JSON.stringify(sendMessage));
    await events.next();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return new Map(
      result.flatMap(({ url, functions }): [string, string[]][] => {
        const path = url.startsWith('file:') ? fileURLToPath(url) : '';
        // Functions without a name that begin where their script does are the script itself.
        const called = functions.filter(
          ({ ranges: [range] }) => range && range.count > 0 && range.startOffset > 0,
        );
        return path.startsWith(ROOT) && !path.includes('node_modules') && called.length > 0
          ? [[path.slice(ROOT.length), called.map(({ functionName }) => functionName || '=>')]]
          : [];
      }),
    );
  };
  // What is entered the first time alone, or by a timer meanwhile, is not on the way of each.
  for (let time = 0; time < 8; time += 1) await filesEntered();
  let files = await filesEntered();
  for (let time = 0; time < 6; time += 1) {
    const again = await filesEntered();
    files = new Map([...files].filter(([file]) => again.has(file)));
  }
  session.disconnect();
  const isOurs = (file: string) => !/^(e2e|local|platform\/testkit)\//.test(file);
  process.send?.(
    [...files]
      .filter(([file]) => isOurs(file))
      .sort()
      .map(([file, functions]): EnteredFile => ({ file, functions })),
  );
  await client.dispose();
  await souk.close();
  await backplane.close();
  process.disconnect();
});
