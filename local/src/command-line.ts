import type { Logger } from '@souk/runtime/process';
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
    console.error(`\n  ${(error as Error).message}\n\n${usage}`);
    process.exit(1);
  }
}

/** Does what must succeed before anything is loaded; ends the process with a sentence where it fails. */
export function orExplain<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    console.error(`\n  ${sentencesOf(error).join('\n  ')}\n`);
    process.exit(1);
  }
}

/** One clear sentence and a way out; where it happened is for who asks with LOG_LEVEL=debug. */
export function explain(error: unknown, logger: Logger): void {
  console.error(`\n  ${sentencesOf(error).join('\n  ')}\n`);
  logger.debug({ err: error }, 'Souk could not start');
}

function sentencesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [`Souk could not start: ${String(error)}`];
  if ('wayOut' in error) return [error.message, String(error.wayOut)];
  if (error.name === 'ConfigError') return error.message.split('\n');
  const [reason] = error.message.trim().split('\n');
  return [
    `Souk could not start: ${reason || error.name}`,
    'LOG_LEVEL=debug npm start tells where it happened.',
  ];
}
