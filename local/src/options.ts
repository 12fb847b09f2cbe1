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
}

export const usageOf = (command: string) => `${command} -- [--port 4000] [--data .data] [--no-demo]

  --port   the port of the one endpoint            (or PORT, default 4000)
  --data   where databases and secrets are kept    (or SOUK_DATA, default .data)
  --no-demo  start with empty databases
`;

/** Reads the command line, then the environment; throws an error that says what is wrong. */
export function readOptions(args: readonly string[], env = process.env): LocalOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      demo: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    allowNegative: true,
  });
  if (values.help) return 'help';
  const port = Number(values.port ?? env.PORT ?? 4000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, not "${values.port ?? env.PORT}".`);
  }
  return {
    port,
    dataDir: resolve(values.data ?? env.SOUK_DATA ?? '.data'),
    demo: values.demo ?? true,
  };
}
