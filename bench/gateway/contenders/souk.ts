import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
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

/** The bundle that `buildSouk` makes. */
const BUNDLE = 'gateway/dist';

/** This project's gateway as it is shipped. */
const souk = (
  name: string,
  options: readonly string[],
  flags: readonly string[],
  bundle = BUNDLE,
  env: Readonly<Record<string, string>> = {},
): Contender => ({
  name,
  available: true,
  defers: true,
  command: ({ supergraphFile, port }) => ({
    file: process.execPath,
    args: [
      ...flags,
      join(bundle, 'main.js'),
      // The heavy query is above what a stranger may ask of a gateway in production.
      ...['--supergraph', supergraphFile, '--port', `${port}`, '--limit', 'cost=off'],
      ...options,
    ],
    env: { NODE_ENV: 'production', LOG_LEVEL: 'error', ...ONE_BUSY_ADDRESS, ...env },
    cwd: root,
    path: '/graphql',
  }),
});

/** Room for more requests in flight before the collector has to copy what they hold. */
const YOUNG_GENERATION = '--max-semi-space-size=32';

/** Where traces are sent to; what comes there is thrown away. */
export const TRACES_PORT = 4399;

/** What a gateway can report about its work, each with the setting that turns it on. */
const LINES = { LOG_LEVEL: 'info' };
const METRICS = { METRICS_PORT: '0' };
/** One trace of a hundred. */
const TRACES = {
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${TRACES_PORT}`,
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.01',
};
const OBSERVED = { ...LINES, ...METRICS, ...TRACES };

const unshared = (name: string, env: Readonly<Record<string, string>>): Contender =>
  souk(`Souk, no sharing${name}`, ['--no-sharing'], [YOUNG_GENERATION], BUNDLE, env);

export const souks: readonly Contender[] = [
  unshared('', {}),
  souk('Souk, no sharing, no flag', ['--no-sharing'], []),
  souk('Souk, sharing', [], [YOUNG_GENERATION]),
  unshared(', observed', OBSERVED),
  souk('Souk, sharing, observed', [], [YOUNG_GENERATION], BUNDLE, OBSERVED),
  unshared(', observed by lines', LINES),
  unshared(', observed by metrics', METRICS),
  unshared(', observed by traces', TRACES),
];

/** The bundle of another commit, to see in one run what has become of it since. */
export const otherSouks = (bundle: string): readonly Contender[] => [
  souk('The other Souk, no sharing', ['--no-sharing'], [YOUNG_GENERATION], bundle),
  souk('The other Souk, no sharing, no flag', ['--no-sharing'], [], bundle),
  souk('The other Souk, sharing', [], [YOUNG_GENERATION], bundle),
];
