import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, startPostgres } from '@souk/embedded';
import { SUBGRAPHS } from '@souk/runtime/events';
import {
  AnswerError,
  type BreakableLine,
  balanceConnections,
  buildProcesses,
  openLine,
  postOperation,
  registerPerson,
} from '@souk/testkit';
import { expect } from 'vitest';
import { type ComposeService, readComposeFile, readImageEnvironment } from './compose-file.ts';
import { onThisMachine, withSecretFiles, writeSecrets } from './composed-environment.ts';
import {
  type CommandResult,
  type ComposedProcess,
  type Environment,
  exitOf,
  freePorts,
  readiness,
  runToEnd,
  startProcess,
} from './composed-processes.ts';
import { postmasterOf, protectRedis, redisProcessOf, setPassword } from './composed-servers.ts';
import { startMailServer } from './mail-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Answer = any;

/** The processes of docker-compose.yml on this machine, with servers that a test can break. */
export interface ComposedSouk {
  readonly processes: ReadonlyMap<string, ComposedProcess>;
  readonly gatewayUrl: string;
  readonly mail: Awaited<ReturnType<typeof startMailServer>>;
  /** The way to Redis of all processes. */
  readonly redisLine: BreakableLine;
  /** A query on a subgraph's own database, bypassing the processes. */
  databaseUrl(subgraph: string): string;
  /** Kills PostgreSQL, and waits until it serves again. */
  killPostgres(): Promise<void>;
  /** Kills Redis, and waits until it serves again. */
  killRedis(): Promise<void>;
  /** Kills the process of a service, and waits until another one serves in its place. */
  kill(service: string): Promise<void>;
  /** Resets the connections to a service that are open; new ones come through. Gives how many they were. */
  resetConnections(service: string): number;
  /** Starts another process of a service, on a port of its own, which is not ready yet. */
  startAnother(service: string, port?: number): Promise<ComposedProcess>;
  /**
   * Replaces the processes of these services by such with other keys, as a rollout does: the next is ready
   * before the last is stopped, and no new connection goes to one that stops.
   */
  roll(names: readonly string[], keys: Readonly<Record<string, string>>): Promise<void>;
  /** Runs a command to its end, such as `operate events dead`; resolves to what it wrote. */
  run(service: string, args?: readonly string[], input?: Buffer): Promise<CommandResult>;
  /** Runs a module's text in the environment of a service, as another process of its would have it. */
  runText(service: string, text: string): Promise<CommandResult>;
  /** Asks the gateway; throws when it is answered with errors. */
  ask(query: string, variables?: object, token?: string): Promise<Answer>;
  register(username: string): ReturnType<typeof registerPerson>;
  stop(): Promise<void>;
}

/**
 * `settings` go before those of the file; `ofTheFirst` are for the processes that are started first, and not for
 * those that take their place.
 */
export async function startComposedSouk(
  services: Readonly<Record<string, ComposeService>>,
  keys: Readonly<Record<string, string>>,
  settings: Environment = {},
  ofTheFirst: Environment = {},
): Promise<ComposedSouk> {
  const serving = Object.entries(services).filter(
    ([name, { image, profiles }]) => image === 'souk' && name !== 'migrate' && !profiles,
  );
  const folder = mkdtempSync(join(tmpdir(), 'souk processes '));
  const dataDir = join(folder, 'postgres');
  const [postgres, redis, mail, ports] = await Promise.all([
    // What was acknowledged must survive a kill.
    startPostgres({ dataDir }),
    findRedis({ dataDir: folder }),
    startMailServer(),
    freePorts(serving.length),
    buildProcesses([
      'platform/migrations',
      'platform/runtime',
      'gateway',
      ...SUBGRAPHS.map((name) => `subgraphs/${name}`),
    ]),
  ]);
  if (!redis) throw new Error('There is no Redis to start processes with.');
  const password = keys.POSTGRES_PASSWORD ?? '';
  await setPassword(postgres.urlFor('postgres'), password);
  await protectRedis(redis.url, keys.REDIS_PASSWORD ?? '');
  const urlFor = (database: string) => {
    const url = new URL(postgres.urlFor(database));
    url.password = password;
    return url.href;
  };
  const redisLine = await openLine(redis.url);

  const portOf = new Map(serving.map(([name], index) => [name, ports[index] as number]));
  // Others reach a service by this, whichever of its processes serves.
  const balancers = new Map(
    await Promise.all(
      serving.map(async ([name]) => {
        return [name, await balanceConnections(() => [portOf.get(name) as number])] as const;
      }),
    ),
  );
  const addresses = new Map<string, string | number>([
    ['postgres:5432', postgres.port],
    ['redis:6379', new URL(redisLine.url).port],
    ['mail:1025', mail.port],
    ...serving.map(
      ([name, { environment }]) =>
        [`${name}:${environment?.PORT}`, balancers.get(name)?.port ?? 0] as [string, number],
    ),
  ]);
  const keptWith = (held: Readonly<Record<string, string>>, generation: number) => {
    const files = join(folder, `secrets ${generation}`);
    mkdirSync(files);
    return {
      services: readComposeFile(held),
      files: writeSecrets(files, held, addresses),
      generation,
    };
  };
  let current = { ...keptWith(keys, 0), services, keys };
  const environmentOf = (name: string, port = portOf.get(name)): Environment => {
    const service = current.services[name] as ComposeService;
    return {
      ...readImageEnvironment(),
      ...withSecretFiles(
        onThisMachine(service.environment ?? {}, addresses),
        service,
        current.files,
      ),
      // Two gateways of one machine would want the same port.
      METRICS_PORT: '',
      ...settings,
      HOST: '127.0.0.1',
      ...(port === undefined ? {} : { PORT: String(port) }),
    };
  };
  const start = (name: string, port?: number, more: Environment = {}): ComposedProcess => {
    const environment = { ...environmentOf(name, port), ...more };
    return startProcess(name, services[name] as ComposeService, environment);
  };

  const migration = start('migrate');
  expect(await exitOf(migration), migration.output()).toBe(0);
  const processes = new Map(serving.map(([name]) => [name, start(name, undefined, ofTheFirst)]));
  const others: ComposedProcess[] = [];
  const stop = async () => {
    for (const { child } of [...processes.values(), ...others]) child.kill('SIGKILL');
    await mail.close();
    await redisLine[Symbol.asyncDispose]();
    await Promise.all([redis.stop(), postgres.stop()]);
    await Promise.all([...balancers.values()].map((it) => it[Symbol.asyncDispose]()));
    rmSync(folder, { recursive: true, force: true });
  };
  await Promise.all([...processes.values()].map(readiness)).catch(async (error) => {
    await stop();
    throw error;
  });
  const gatewayUrl = `http://127.0.0.1:${balancers.get('gateway')?.port}/graphql`;

  const ask: ComposedSouk['ask'] = async (query, variables, token) => {
    const { origin } = new URL(gatewayUrl);
    const answer = await postOperation(origin, query, variables, token);
    if (answer.errors) throw new AnswerError(answer);
    return answer.data;
  };
  return {
    processes,
    gatewayUrl,
    mail,
    redisLine,
    databaseUrl: urlFor,
    killPostgres: async () => {
      process.kill(await postmasterOf(urlFor('postgres')), 'SIGKILL');
      await expect.poll(() => postgres.running).toBe(false);
      await expect.poll(() => postgres.running).toBe(true);
    },
    killRedis: async () => {
      process.kill(await redisProcessOf(redis.url, keys.REDIS_PASSWORD ?? ''), 'SIGKILL');
      await expect.poll(() => redis.running).toBe(false);
      await expect.poll(() => redis.running).toBe(true);
      await protectRedis(redis.url, keys.REDIS_PASSWORD ?? '');
    },
    kill: async (service) => {
      const killed = processes.get(service) as ComposedProcess;
      killed.child.kill('SIGKILL');
      await exitOf(killed);
      const successor = start(service, killed.port);
      processes.set(service, successor);
      await readiness(successor);
    },
    resetConnections: (service) => balancers.get(service)?.reset() ?? 0,
    startAnother: async (service, port) => {
      const another = start(service, port ?? (await freePorts(1))[0]);
      others.push(another);
      return another;
    },
    roll: async (names, next) => {
      current = { ...keptWith(next, current.generation + 1), keys: next };
      const free = await freePorts(names.length);
      const successors = names.map((name, index) => start(name, free[index]));
      // Before they are ready, so that none is left behind.
      others.push(...successors);
      await Promise.all(successors.map(readiness));
      await Promise.all(
        successors.map(async (successor) => {
          const last = processes.get(successor.name) as ComposedProcess;
          portOf.set(successor.name, successor.port);
          processes.set(successor.name, successor);
          last.child.kill('SIGTERM');
          expect(await exitOf(last), last.output()).toBe(0);
        }),
      );
    },
    run: (name, args = [], input) => {
      const { entrypoint = [], command = [] } = current.services[name] as ComposeService;
      const [, ...given] = [...entrypoint, ...command, ...args];
      return runToEnd(given, environmentOf(name), input);
    },
    runText: (name, text) => runToEnd(['--input-type=module', '--eval', text], environmentOf(name)),
    ask,
    register: async (username) => {
      const openingKeys = current.keys.NOTIFICATIONS_OPENING_KEYS?.split(',') ?? [];
      const users = { databaseUrl: urlFor('users'), openingKeys };
      return registerPerson(ask, users, {
        email: `${username}@example.test`,
        username,
        displayName: `${username} of Souk`,
        password: 'a long enough sentence',
      });
    },
    stop,
  };
}
