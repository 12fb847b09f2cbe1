import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** How `npm start` was asked to run. */
export interface LocalOptions {
  /** The gateway's port. */
  port: number;
  /** Where databases, Redis and secrets live between starts. */
  dataDir: string;
  /** Whether the first start fills the databases with demo people, products, groups and rooms. */
  demo: boolean;
  /** Of `npm run dev`: the subgraphs that shall run; none means all. */
  only: readonly string[];
  /** What of the log is printed. */
  logLevel: (typeof LOG_LEVELS)[number];
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const usageOf = (
  command: string,
) => `  ${command} -- [--port 4000] [--data .data] [--no-demo]

  --port   the port of the one endpoint            (or PORT, default 4000)
  --data   where databases and secrets are kept    (or SOUK_DATA, default .data)
  --no-demo  start with empty databases
${command.includes('dev') ? '  --only chat  of the subgraphs that one alone, with users, who signs in; may be repeated\n' : ''}`;

/** Reads the command line, then the environment; throws an error that says what is wrong. */
export function readOptions(args: readonly string[], env = process.env): LocalOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      demo: { type: 'boolean' },
      only: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h' },
    },
    allowNegative: true,
  });
  if (values.help) return 'help';
  const port = Number(values.port ?? env.PORT ?? 4000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, not "${values.port ?? env.PORT}".`);
  }
  const data = values.data ?? env.SOUK_DATA ?? '.data';
  if (data.trim() === '' || data.includes('\0')) throw new Error('--data must name a folder.');
  const logLevel = LOG_LEVELS.find((level) => level === (env.LOG_LEVEL?.trim() || 'warn'));
  if (!logLevel) throw new Error(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`);
  return {
    port,
    dataDir: resolve(data),
    demo: values.demo ?? true,
    only: values.only ?? [],
    logLevel,
  };
}
