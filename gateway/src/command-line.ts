import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { settings } from './config.ts';
import { DEFAULT_RATE_LIMITS, type RateName } from './limits/rates/rate-limits.ts';

export const USAGE = `npm run gateway -- [options]

  --supergraph FILE     the composed supergraph; read again whenever it changes
  --port N              default 4000
  --host ADDRESS        default 127.0.0.1; 0.0.0.0 listens on all interfaces
  --processes N         so many on one port, for machines with several cores; default 1
  --url NAME=URL        where a subgraph is, instead of what the supergraph says; repeatable
  --limit NAME=VALUE    a limit, e.g. depth=20, cost=off or rateLogin=50/15m; repeatable
  --no-limits           switch the limits on operations and on their rates off
  --measure-only        log what exceeds a limit and let it through
  --safelist MODE       enforce: only operations of the manifest run; log: all others are logged
  --manifest FILE       those operations; read again whenever it changes
  --no-sharing          execute identical queries in flight each for itself
  --introspection, --playground

Everything can be set by environment variables too; see gateway/.env.example.
`;

/** Lets the command line override the environment; throws an error that says what is wrong. */
export function environmentOf(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      supergraph: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      processes: { type: 'string' },
      url: { type: 'string', multiple: true },
      limit: { type: 'string', multiple: true },
      limits: { type: 'boolean' },
      'measure-only': { type: 'boolean' },
      safelist: { type: 'string' },
      manifest: { type: 'string' },
      sharing: { type: 'boolean' },
      introspection: { type: 'boolean' },
      playground: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    allowNegative: true,
  });
  if (values.help) return 'help';
  const given: Record<string, string | undefined> = {
    SUPERGRAPH_FILE: values.supergraph && resolve(values.supergraph),
    PORT: values.port,
    HOST: values.host,
    PROCESSES: values.processes,
    LIMITS_MEASURE_ONLY: textOf(values['measure-only']),
    SAFELIST: values.safelist,
    SAFELIST_MANIFEST: values.manifest && resolve(values.manifest),
    SHARE_IN_FLIGHT: textOf(values.sharing),
    INTROSPECTION: textOf(values.introspection),
    PLAYGROUND: textOf(values.playground),
  };
  if (values.limits === false) {
    for (const name of [...OPERATION_LIMITS, ...RATE_LIMITS])
      given[settings[name].variable] = 'off';
  }
  for (const pair of values.limit ?? []) {
    const [name, value] = split(pair, '--limit');
    const setting = Object.hasOwn(settings, name)
      ? settings[name as keyof typeof settings]
      : undefined;
    if (!setting?.variable.startsWith('LIMIT_'))
      throw new Error(`--limit: there is no limit "${name}".`);
    given[setting.variable] = value;
  }
  if (values.url) {
    for (const pair of values.url) split(pair, '--url');
    const { variable } = settings.subgraphUrls;
    // A comma would end the address: the list is separated by them.
    const urls = values.url.map((pair) => pair.replaceAll(',', '%2C'));
    given[variable] = [env[variable] ?? '', ...urls].join(',');
  }
  return {
    ...env,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

const OPERATION_LIMITS = [
  'tokens',
  'depth',
  'height',
  'aliases',
  'rootFields',
  'directives',
  'directivesInAll',
  'cost',
  'eventCost',
  'pageSize',
  'introspectionHeight',
  'planningMs',
] as const;

const RATE_LIMITS = Object.keys(DEFAULT_RATE_LIMITS) as RateName[];

const textOf = (value: boolean | undefined) => (value === undefined ? undefined : String(value));

function split(pair: string, option: string): [string, string] {
  const at = pair.indexOf('=');
  if (at < 1) throw new Error(`${option} takes NAME=VALUE, not "${pair}".`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}
