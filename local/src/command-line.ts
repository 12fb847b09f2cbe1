import type { Logger } from '@souk/runtime';
import { type LocalOptions, readOptions, usageOf } from './options.ts';

/** The options of this process's command line; ends it where they cannot be read or help was wanted. */
export function optionsOrExit(command: string): LocalOptions {
  const usage = usageOf(command);
  try {
    const given = readOptions(process.argv.slice(2));
    if (given !== 'help') return given;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(1);
  }
}

/** One clear sentence and a way out, for what a person can do something about. */
export function explain(error: unknown, logger: Logger): void {
  if (error instanceof Error && 'wayOut' in error) {
    console.error(`\n  ${error.message}\n  ${error.wayOut}\n`);
  } else {
    logger.fatal({ err: error }, 'Souk could not start');
  }
}
