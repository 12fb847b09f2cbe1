import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { answered, type GivenAnswer, postOperation, redisUrl } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './support/compose-file.ts';
import { type NpmStart, npmStart } from './support/npm-start.ts';
import { socketClient } from './support/socket-client.ts';

// The data of `npm start`: backed up while it runs, restored into another folder, and gone on with.

const run = promisify(execFile);
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

const command = (name: string, ...args: string[]) =>
  run(process.execPath, ['--import', TSX, `platform/migrations/commands/${name}.ts`, ...args], {
    cwd: ROOT,
    env: { ...process.env, REDIS_URL: '' },
  });

const ask = (...given: Parameters<typeof postOperation>) => answered(() => postOperation(...given));

const SIGN_IN = `mutation ($input: LoginInput!) { login(input: $input) {
  tokens { accessToken } errors { __typename } } }`;
const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { errors { __typename } } }`;

const signIn = async (url: string): Promise<string> =>
  (await ask(url, SIGN_IN, { input: { login: 'ada', password: 'souk-demo-2026' } })).login.tokens
    .accessToken;

describe.skipIf(!redisUrl())('a backup', () => {
  let folder: string;
  const started: NpmStart[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'souk backup '));
    chmodSync(folder, 0o755);
  });
  afterAll(async () => {
    await Promise.all(started.map((souk) => souk.stop()));
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (dataDir: string) => {
    const souk = npmStart(['--data', dataDir, '--port', '0']);
    started.push(souk);
    return { souk, url: await souk.url() };
  };

  test('is taken while people write, and a stream goes on from a cursor of before it', async () => {
    const [old, fresh, file] = ['old', 'new', 'souk.backup'].map((name) => join(folder, name));
    const first = await start(old as string);
    const token = await signIn(first.url);
    const { createRoom } = await ask(
      first.url,
      `mutation ($input: CreateRoomInput!) { createRoom(input: $input) { room { id head } errors { __typename } } }`,
      { input: { kind: 'PRIVATE', name: 'Kept', participantIds: [] } },
      token,
    );
    const { id: roomId, head: cursor } = createRoom.room;
    const send = (url: string, text: string, as: string) =>
      ask(url, SEND, { input: { roomId, clientMessageId: randomUUID(), text } }, as);
    await send(first.url, 'before', token);
    await command('backup', file as string, '--data', old as string);
    expect(statSync(file as string).mode & 0o077).toBe(0);
    await send(first.url, 'after', token);
    // Nobody takes a folder from under a Souk that runs.
    await expect(
      command('restore', file as string, '--replace', '--data', old as string),
    ).rejects.toThrow(/is using the data/);
    await first.souk.stop();

    await command('restore', file as string, '--data', fresh as string);
    const second = await start(fresh as string);
    const again = await signIn(second.url);
    await send(second.url, 'anew', again);
    // A token of before the backup counts: the keys are the same.
    const client = socketClient(`${second.url}/graphql`, { token });
    const texts: string[] = [];
    for await (const { data } of client.iterate({
      query: `subscription ($id: ID!, $after: EventCursor) { roomEvents(roomId: $id, after: $after) {
        __typename ... on MessagePosted { message { text } } } }`,
      variables: { id: roomId, after: cursor },
    })) {
      const { __typename, message } = (data as GivenAnswer['data']).roomEvents;
      if (message) texts.push(message.text);
      expect(__typename).not.toBe('StreamReset');
      if (__typename === 'CaughtUp') break;
    }
    expect(texts).toEqual(['before', 'anew']);
    await client.dispose();
  });
});
