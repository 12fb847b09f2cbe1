import { createSocket } from 'node:dgram';
import { promises } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createOutsideLookup } from './outside-lookup.ts';
import { NotOutside, postOutside } from './post-outside.ts';

const TYPES = { 1: 4, 28: 6 } as const;

/**
 * A name server that says so of names (IPv4 addresses, and whether it answers at all), and how often it was asked.
 */
async function startNameServer(
  names: Readonly<Record<string, string | 'silent'>>,
  { timeout = 30_000 } = {},
) {
  const asked: string[] = [];
  const server = createSocket('udp4');
  server.on('message', (query, { port, address }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.subarray(at + 1, at + 1 + length).toString());
      at += 1 + length;
    }
    const type = query.readUInt16BE(at + 1);
    const question = query.subarray(12, at + 5);
    const name = labels.join('.').toLowerCase();
    asked.push(`${name} ${TYPES[type as keyof typeof TYPES]}`);
    const said = names[name];
    if (said === 'silent') return;
    const found = said === undefined || type !== 1 ? [] : said.split(' ');
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(said === undefined ? 0x8183 : 0x8180, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(found.length, 6);
    const answers = found.map((ip) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...ip.split('.').map(Number)]),
    );
    server.send(Buffer.concat([header, question, ...answers]), port, address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const resolver = new promises.Resolver({ timeout, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  return { asked, lookup: createOutsideLookup(resolver) };
}

const addressesOf = (lookup: ReturnType<typeof createOutsideLookup>, name: string) =>
  new Promise<unknown>((resolve, reject) => {
    lookup(name, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

test('a host that resolves into our own network is refused, whatever else it resolves to', async () => {
  const names = {
    'inside.example': '10.0.0.7',
    'mixed.example': '93.184.215.14 127.0.0.1',
    'outside.example': '93.184.215.14',
  };
  const { lookup, asked } = await startNameServer(names);
  for (const name of [
    'inside.example',
    'mixed.example',
    'localhost',
    'a.localhost',
    'LOCALHOST.',
  ]) {
    const given = { url: `https://${name}/`, headers: {}, body: 'x', allowPrivate: false };
    await expect(postOutside(given, lookup), name).rejects.toBeInstanceOf(NotOutside);
  }
  // Each name is asked for once, so that no second answer is connected to.
  expect(asked.filter((one) => one.endsWith(' 4'))).toEqual([
    'inside.example 4',
    'mixed.example 4',
  ]);
  expect(await addressesOf(lookup, 'outside.example')).toEqual([
    { address: '93.184.215.14', family: 4 },
  ]);
  await expect(addressesOf(lookup, 'none.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('name servers that never answer keep nothing else of the process waiting', async () => {
  const { lookup, asked } = await startNameServer({ 'slow.example': 'silent' }, { timeout: 3_000 });
  const ended: string[] = [];
  // More than there are threads for files, and for the system's own look-ups.
  const waiting = Array.from({ length: 16 }, () =>
    addressesOf(lookup, 'slow.example').catch((error) => {
      ended.push('name');
      return error;
    }),
  );
  await readFile(new URL(import.meta.url));
  ended.push('file');
  const errors = await Promise.all(waiting);
  expect(ended[0]).toBe('file');
  expect(errors).toEqual(waiting.map(() => expect.objectContaining({ code: 'ETIMEOUT' })));
  expect(asked.length).toBeGreaterThanOrEqual(16);
});
