import { openClient } from '@souk/runtime/postgres';
import { Redis } from 'ioredis';

/** Gives Redis the password of the file; one of the environment, which is somebody's, keeps its own. */
export async function protectRedis(url: string, password: string): Promise<void> {
  if (process.env.REDIS_URL) return;
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  await client.config('SET', 'requirepass', password);
  client.disconnect();
}

/** The server's own process, as it says itself. */
export async function redisProcessOf(url: string, password: string): Promise<number> {
  const client = new Redis(url, { password, maxRetriesPerRequest: 1 });
  const about = await client.info('server');
  client.disconnect();
  return Number(/^process_id:(\d+)/m.exec(about)?.[1]);
}

/** Gives the server's owner, who has the same name in the image, the password of the file. */
export const setPassword = (url: string, password: string) =>
  withClient(url, (client) =>
    client.query(`ALTER ROLE souk PASSWORD ${client.escapeLiteral(password)}`),
  );

/** The process of the server itself, whose end is the end of all its connections. */
export const postmasterOf = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query(`SELECT pg_read_file('postmaster.pid') AS file`);
    return Number(rows[0].file.split('\n')[0]);
  });

async function withClient<Result>(
  connectionString: string,
  work: (client: ReturnType<typeof openClient>) => Promise<Result>,
): Promise<Result> {
  const client = openClient({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
