import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as ask, createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDiskFileStore } from '../src/media/disk-file-store.ts';
import { bytesOf, type FileStore } from '../src/media/file-store.ts';
import { createS3FileStore } from '../src/media/s3-file-store.ts';

// One promise for both places where files may be kept: a folder, and a server that speaks as S3 does.

const PART = 5 * 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'souk files '));
const bucket = 'souk-media';
const server = new S3rver({
  ...{ port: 0, address: '127.0.0.1', silent: true, directory: join(folder, 's3') },
  configureBuckets: [{ name: bucket, configs: [] }],
});
const stores: Record<string, FileStore> = {
  'a folder': createDiskFileStore(join(folder, 'disk')),
};
/** What stands between and may break a connection: answers whether it does. */
let breaks: (request: IncomingMessage) => boolean = () => false;
const asked: string[] = [];
const between = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  if (breaks(request)) return void request.socket.destroy();
  const { method = '', url: path = '', headers } = request;
  const { port } = new URL(endpoint);
  const sent = ask({ port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  request.pipe(sent);
});
let endpoint = '';
const before = { ...process.env };
beforeAll(async () => {
  const { port } = await server.run();
  process.env.AWS_ACCESS_KEY_ID = 'S3RVER';
  process.env.AWS_SECRET_ACCESS_KEY = 'S3RVER';
  endpoint = `http://127.0.0.1:${port}`;
  const options = { bucket, endpoint, region: 'us-east-1' };
  stores['a bucket'] = createS3FileStore(options);
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port: itsPort } = between.address() as AddressInfo;
  const through = { ...options, endpoint: `http://127.0.0.1:${itsPort}`, partBytes: PART };
  stores['a bucket in parts'] = createS3FileStore(through);
});
afterAll(async () => {
  process.env = before;
  between.closeAllConnections();
  between.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(['a folder', 'a bucket', 'a bucket in parts'])('%s', (name) => {
  const store = () => stores[name] as FileStore;
  const textOf = async (key: string, range?: { first: number; last: number }) => {
    const file = await store().read(key, range);
    return file && { text: String(await bytesOf(file)), size: file.size };
  };

  test('returns written bytes, whole and in part', async () => {
    await store().write('med_1/file', Buffer.from('0123456789'), 'text/plain');
    expect(await textOf('med_1/file')).toEqual({ text: '0123456789', size: 10 });
    expect(await textOf('med_1/file', { first: 2, last: 4 })).toEqual({ text: '234', size: 10 });
    expect(await store().sizeOf('med_1/file')).toBe(10);
    await store().write('med_1/file', Buffer.from('new'), 'text/plain');
    expect(await textOf('med_1/file')).toEqual({ text: 'new', size: 3 });
  });

  test('takes a file of this machine, whole', async () => {
    const path = join(folder, 'made elsewhere');
    writeFileSync(path, 'x'.repeat(300_000));
    await store().take('med_3/file', path, 'application/zip');
    rmSync(path);
    expect(await store().sizeOf('med_3/file')).toBe(300_000);
    expect((await textOf('med_3/file'))?.text).toBe('x'.repeat(300_000));
  });

  test('has no unknown file, and removing one is no error', async () => {
    expect(await store().sizeOf('med_0/file')).toBeNull();
    expect(await store().read('med_0/file')).toBeNull();
    await store().remove('med_0/file');
    await store().removeAll('med_0');
  });

  test('removes one file, or all of a folder and none of its neighbours', async () => {
    for (const key of ['med_2/file', 'med_2/64.webp', 'med_22/file'])
      await store().write(key, Buffer.from('x'), 'text/plain');
    await store().remove('med_2/file');
    expect(await store().sizeOf('med_2/file')).toBeNull();
    await store().removeAll('med_2');
    expect(await store().sizeOf('med_2/64.webp')).toBeNull();
    expect(await store().sizeOf('med_22/file')).toBe(1);
  });
});

describe('a file that goes in parts', () => {
  const SIZE = 2 * PART + 1_000;
  const path = () => {
    const it = join(folder, 'large');
    const bytes = Buffer.alloc(SIZE);
    for (let at = 0; at < SIZE; at += 4) bytes.writeUInt32LE(at, at);
    writeFileSync(it, bytes);
    return { it, bytes };
  };
  const store = () => stores['a bucket in parts'] as FileStore;
  const isPart = ({ method, url = '' }: IncomingMessage, number: number) =>
    method === 'PUT' && url.includes(`partNumber=${number}`);
  const partsAsked = () =>
    asked.flatMap((line) => /partNumber=(\d)/.exec(line)?.slice(1) ?? []).join('');

  test('arrives whole, though a connection breaks under one of them', async () => {
    const { it, bytes } = path();
    let breaksLeft = 1;
    breaks = (request) => isPart(request, 2) && breaksLeft-- > 0;
    asked.length = 0;
    await store().take('med_4/file', it, 'application/zip');
    expect(partsAsked()).toBe('1223');
    const kept = await store().read('med_4/file');
    expect(kept && bytes.equals(await bytesOf(kept))).toBe(true);
  });

  test('is aborted when a part never arrives, and leaves nothing', async () => {
    const { it } = path();
    breaks = (request) => isPart(request, 2);
    asked.length = 0;
    await expect(store().take('med_5/file', it, 'application/zip')).rejects.toThrow();
    expect(asked.at(-1)).toMatch(/^DELETE .*uploadId=/);
    expect(await store().sizeOf('med_5/file')).toBeNull();
  });
});

test.each(['../secrets', '/etc/passwd', 'med_1/../../x', 'a/b/c', ''])(
  'a key that leads out of the folder is refused: %j',
  async (key) => {
    await expect((async () => stores['a folder']?.read(key))()).rejects.toThrow('no key');
  },
);
