import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  databaseUrlVariable,
  SUBGRAPH_NAMES,
  type SubgraphName,
  subgraphUrlVariable,
} from '../../souk.config.ts';
import type { DevelopmentPorts } from './development-ports.ts';
import type { GroupedProcess } from './process-group.ts';
import { type LocalSecrets, publicHalf, sealingKeysOf } from './secrets.ts';

export interface DevelopmentSetup {
  /** Of the repository. */
  root: string;
  ports: DevelopmentPorts;
  /** Those that run; the others are known to the gateway, and away. */
  subgraphs: readonly SubgraphName[];
  supergraphFile: string;
  databaseUrls: Readonly<Record<SubgraphName, string>>;
  redisUrl: string;
  secrets: LocalSecrets;
}

/** Each subgraph, each worker and the gateway, with what its environment must say. */
export function developmentProcesses(setup: DevelopmentSetup): GroupedProcess[] {
  const { root, ports, supergraphFile, databaseUrls, redisUrl, secrets } = setup;
  const common = {
    ...process.env,
    REDIS_URL: redisUrl,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
  };
  const subgraphs = setup.subgraphs.flatMap((name) => {
    const { port, workerPort } = ports.of(name);
    const cwd = join(root, 'subgraphs', name);
    const env = {
      ...common,
      [databaseUrlVariable(name)]: databaseUrls[name],
      CURSOR_SECRET: secrets.cursorSecret,
      INTERNAL_IDENTITY_KEYS: JSON.stringify({ keys: [publicHalf(secrets.internalIdentityKey)] }),
      EVENT_SEALING_KEYS: Object.entries(sealingKeysOf(secrets))
        .map((pair) => pair.join('='))
        .join(','),
      ...ownSettings(name, secrets),
    };
    return [
      {
        name,
        cwd,
        args: reloading('src/main.ts'),
        env: withPort(env, port),
      },
      {
        name: `${name}-worker`,
        cwd,
        args: reloading('src/worker.ts'),
        env: withPort(env, workerPort),
      },
    ];
  });
  const addresses = SUBGRAPH_NAMES.map((name) => [
    subgraphUrlVariable(name),
    `http://127.0.0.1:${ports.of(name).port}/graphql`,
  ]);
  const gateway = {
    name: 'gateway',
    cwd: join(root, 'gateway'),
    args: reloading('src/main.ts'),
    env: withPort(
      {
        ...common,
        ...Object.fromEntries(addresses),
        ACCESS_TOKEN_JWKS_URL: `http://127.0.0.1:${ports.of('users').port}/.well-known/jwks.json`,
        INTERNAL_IDENTITY_PRIVATE_KEY: JSON.stringify(secrets.internalIdentityKey),
        ALLOWED_ORIGINS: ['localhost', process.env.ALLOWED_ORIGINS].filter(Boolean).join(),
        // As under `npm start`: what is served to anybody on this machine is no page's elsewhere to read.
        LOCAL_HOSTS_ALONE: 'true',
        SUPERGRAPH_FILE: supergraphFile,
        PLAYGROUND: 'true',
        EXPOSE_COST: 'true',
        EXPOSE_PLAN: 'true',
        INTROSPECTION: 'true',
      },
      ports.gateway,
    ),
  };
  return [...subgraphs, gateway];
}

const withPort = (env: NodeJS.ProcessEnv, port: number): NodeJS.ProcessEnv => ({
  ...env,
  PORT: String(port),
});

function ownSettings(name: SubgraphName, secrets: LocalSecrets): Record<string, string> {
  if (name === 'users') {
    return {
      ACCESS_TOKEN_PRIVATE_KEYS: JSON.stringify([secrets.accessTokenKey]),
      ACCOUNT_SECRET_KEYS: JSON.stringify([secrets.accountSecretKey]),
    };
  }
  // Where mail catchers such as Mailpit listen; without one, mails wait and are tried again.
  if (name === 'notifications') {
    return {
      SMTP_URL: process.env.SMTP_URL ?? 'smtp://127.0.0.1:1025',
      NOTIFICATIONS_OPENING_KEYS: secrets.eventOpeningKeys.notifications,
    };
  }
  if (name === 'products') return { PRODUCTS_OPENING_KEYS: secrets.eventOpeningKeys.products };
  return {};
}

/** Node itself watches and restarts; tsx only compiles. */
function reloading(entry: string): string[] {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--watch', '--watch-preserve-output', '--import', pathToFileURL(tsx).href, entry];
}
