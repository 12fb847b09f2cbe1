import { statSync } from 'node:fs';
import { openClient } from '@souk/runtime/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Postgres, startTemporaryPostgres } from '../src/index.ts';
import { socketFolder } from '../src/postgres/server-socket.ts';

async function clientOf(connectionString: string): Promise<string | null> {
  const client = openClient({ connectionString });
  await client.connect();
  try {
    return (await client.query('SELECT inet_client_addr()::text AS address')).rows[0].address;
  } finally {
    await client.end();
  }
}

describe('a server that tests reach by a socket file', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startTemporaryPostgres({ inMemory: true, bySocket: true });
  });
  afterAll(() => server.stop());

  test.skipIf(process.platform !== 'linux')('is reached by it, in whichever database', async () => {
    const url = new URL(server.urlFor('postgres'));
    expect(await clientOf(url.href)).toBeNull();
    url.pathname = '/template1';
    expect(await clientOf(url.href)).toBeNull();
  });

  test.skipIf(process.platform !== 'linux')('lets nobody but its account to the file', () => {
    const folder = new URL(server.urlFor('postgres')).searchParams.get('host') as string;
    expect(statSync(folder).mode & 0o077).toBe(0);
  });

  test('asks whoever comes by its port for the password', async () => {
    const url = new URL(server.urlFor('postgres'));
    url.searchParams.delete('host');
    expect(await clientOf(url.href)).toMatch(/^127\.0\.0\.1/);
    url.password = 'guessed';
    await expect(clientOf(url.href)).rejects.toMatchObject({ code: '28P01' });
  });
});

test('a path that is too long for a socket has none, nor has one that is not of Unix', () => {
  expect(socketFolder('/tmp/cluster', 5432)).toBe('/tmp/cluster');
  // With the socket's own name 103 bytes and 104, é being two.
  expect(socketFolder(`/${'x'.repeat(88)}`, 5432)).not.toBeNull();
  expect(socketFolder(`/${'x'.repeat(87)}é`, 5432)).toBeNull();
  expect(socketFolder('C:\\cluster', 5432)).toBeNull();
});
