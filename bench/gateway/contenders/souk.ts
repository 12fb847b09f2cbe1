import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Contender } from './contender.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Makes the bundle that the container image runs. */
export function buildSouk(): void {
  const { status, stderr } = spawnSync('npm', ['run', 'build', '-w', '@souk/gateway'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The gateway cannot be built:\n${stderr}`);
}

/** All load comes from one address, which asks more in a second than it may in a minute. */
const ONE_BUSY_ADDRESS = { LIMIT_RATE_ADDRESS: 'off', LIMIT_RATE_COST: 'off' };

/** This project's gateway as it is shipped. */
const souk = (name: string, options: readonly string[], flags: readonly string[]): Contender => ({
  name,
  available: true,
  command: ({ supergraphFile, port }) => ({
    file: process.execPath,
    args: [
      ...flags,
      'gateway/dist/main.js',
      // The heavy query is above what a stranger may ask of a gateway in production.
      ...['--supergraph', supergraphFile, '--port', `${port}`, '--limit', 'cost=off'],
      ...options,
    ],
    env: { NODE_ENV: 'production', LOG_LEVEL: 'error', ...ONE_BUSY_ADDRESS },
    cwd: root,
    path: '/graphql',
  }),
});

/** Room for more requests in flight before the collector has to copy what they hold. */
const YOUNG_GENERATION = '--max-semi-space-size=32';

export const souks: readonly Contender[] = [
  souk('Souk, no sharing', ['--no-sharing'], [YOUNG_GENERATION]),
  souk('Souk, no sharing, no flag', ['--no-sharing'], []),
  souk('Souk, sharing', [], [YOUNG_GENERATION]),
];
