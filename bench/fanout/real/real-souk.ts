import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { startTemporaryPostgres } from '@souk/embedded';
import { createOpenValue } from '@souk/runtime/events';
import { openClient } from '@souk/runtime/postgres';
import { databaseUrlVariable, SUBGRAPHS } from '../../../souk.config.ts';
import { LOAD_CORE, type Started, start, untilListening } from '../../processes.ts';
import { REAL_PORT, REDIS_URL } from '../ports.ts';
import { ROOT } from '../secrets.ts';
import { type CountingProxy, countRequests } from './counting-proxy.ts';

/** The users and chat subgraphs and their workers as processes, on a database of their own. */
export interface RealSouk {
  /** For a gateway: where its subgraphs are. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Requests to users so far. */
  readonly userFetches: number;
  readonly chatDatabaseUrl: string;
  /** Its processes, by what they are called. */
  readonly processes: Readonly<Record<string, readonly number[]>>;
  /** The code that was last mailed to an address. */
  codeFor(email: string): Promise<string>;
  stop(): Promise<void>;
}

const USERS_PORT = REAL_PORT;
const USERS_COUNTED_PORT = REAL_PORT + 1;
const CHAT_PORT = REAL_PORT + 2;

export function buildRealSouk(): void {
  const workspaces = ['migrations', 'users', 'chat'].flatMap((name) => ['-w', `@souk/${name}`]);
  const { status, stderr } = spawnSync('npm', ['run', 'build', ...workspaces], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The subgraphs cannot be built:\n${stderr}`);
}

export async function startRealSouk(
  secrets: Record<string, string>,
  folder: string,
  nodeFlags: readonly string[] = [],
): Promise<RealSouk> {
  const postgres = await startTemporaryPostgres();
  const started: Started[] = [];
  let proxy: CountingProxy | null = null;
  const stop = async (): Promise<void> => {
    proxy?.close();
    await Promise.all(started.map((one) => one.stop()));
    await postgres.stop();
  };
  try {
    const env = {
      ...Object.fromEntries(
        Object.entries(SUBGRAPHS).map(([name, { database }]) => [
          databaseUrlVariable(name),
          postgres.urlFor(database),
        ]),
      ),
      ...secrets,
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      REDIS_URL,
      // One author says in a second what most people say in a day.
      CHAT_MESSAGES_PER_WINDOW: '100000',
      CHAT_ROOMS_PER_WINDOW: '100000',
      CHAT_STRANGERS_ASK: 'false',
    };
    const run = (program: string, port: number): Started => {
      const file = process.execPath;
      const logFile = `${folder}/${program.replaceAll('/', '-')}.log`;
      const withPort = { ...env, PORT: `${port}` };
      return start({
        file,
        args: [...nodeFlags, program],
        core: LOAD_CORE,
        logFile,
        env: withPort,
        cwd: ROOT,
      });
    };
    const migration = run('platform/migrations/dist/migrate.js', 0);
    const [exitCode] = await once(migration.child, 'exit');
    if (exitCode !== 0) throw new Error(`The migrations failed; logs are in ${folder}.`);
    const programs = ['users', 'chat'].flatMap((name, index) => [
      [`subgraphs/${name}/dist/main.js`, [USERS_PORT, CHAT_PORT][index] as number] as const,
      [`subgraphs/${name}/dist/worker.js`, CHAT_PORT + 1 + index] as const,
    ]);
    for (const [program, port] of programs) started.push(run(program, port));
    for (const [, port] of programs) await untilListening(port);
    const counted = await countRequests(USERS_COUNTED_PORT, USERS_PORT);
    proxy = counted;
    return {
      addresses: {
        USERS_URL: `http://127.0.0.1:${USERS_COUNTED_PORT}/graphql`,
        CHAT_URL: `http://127.0.0.1:${CHAT_PORT}/graphql`,
        ACCESS_TOKEN_JWKS_URL: `http://127.0.0.1:${USERS_PORT}/.well-known/jwks.json`,
      },
      get userFetches() {
        return counted.requests;
      },
      processes: Object.fromEntries(
        programs.map(([program], index) => [
          program.replace(/^subgraphs\/|\/dist|\/main|\.js$/g, '').replace('/', ' '),
          [started[index]?.pid ?? 0],
        ]),
      ),
      chatDatabaseUrl: postgres.urlFor(SUBGRAPHS.chat.database),
      codeFor: (email) =>
        mailedCode(
          postgres.urlFor(SUBGRAPHS.users.database),
          secrets.NOTIFICATIONS_OPENING_KEYS?.split(',') ?? [],
          email,
        ),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function mailedCode(
  connectionString: string,
  openingKeys: readonly string[],
  email: string,
): Promise<string> {
  const client = openClient({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ code: string }>(
    `SELECT payload->>'code' AS code FROM event_record
     WHERE type = 'users.EmailCodeRequested' AND payload->>'email' = $1
     ORDER BY position DESC LIMIT 1`,
    [email],
  );
  await client.end();
  return createOpenValue(openingKeys)(rows[0]?.code ?? '');
}
