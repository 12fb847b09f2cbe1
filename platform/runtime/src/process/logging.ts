import pino from 'pino';
import { StandardOutput } from './standard-output.ts';

export type Logger = pino.Logger;

/** Keys that are never logged, wherever they occur in a logged object (three levels deep). */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'newPassword',
  'token',
  'accessToken',
  'refreshToken',
  'email',
  '["x-internal-token"]',
];
const redactPaths = ['', '*.', '*.*.'].flatMap((prefix) =>
  SECRET_FIELDS.map((field) =>
    field.startsWith('[') ? `${prefix.replace(/\.$/, '')}${field}` : `${prefix}${field}`,
  ),
);

/** Characters of an operation's name in a line, since clients choose the name. */
export const LONGEST_NAME = 100;

export interface LoggerOptions {
  name: string;
  level?: string;
  destination?: pino.DestinationStream;
}

/** Keys that every line has anyway. */
const KEYS_OF_EVERY_LINE = ['level', 'time', 'msg'];
/** The keys that each logger adds to its lines. */
const ownKeys = new WeakMap<pino.Logger, ReadonlySet<string>>();

function keysOf(logger: pino.Logger): ReadonlySet<string> {
  const known = ownKeys.get(logger);
  if (known) return known;
  const keys = new Set([...KEYS_OF_EVERY_LINE, ...Object.keys(logger.bindings())]);
  ownKeys.set(logger, keys);
  return keys;
}

/**
 * Details of a line without the keys that its logger adds: pino would write those twice, and JSON parsers
 * keep the last, so that a job's `name` hid the process. Equal values are left out, others are kept in
 * `details`.
 */
function withoutRepeats(logger: pino.Logger, details: Readonly<Record<string, unknown>>) {
  const taken = keysOf(logger);
  const repeated = Object.keys(details).filter((key) => taken.has(key));
  if (repeated.length === 0) return details;
  const own = logger.bindings();
  const rest = { ...details };
  const different: Record<string, unknown> = {};
  for (const key of repeated) {
    if (rest[key] !== own[key]) different[key] = rest[key];
    delete rest[key];
  }
  return Object.keys(different).length > 0 ? { ...rest, details: different } : rest;
}

/** One for all loggers of a process, so that their lines stay in order. */
let output: StandardOutput | null = null;
const standardOutput = (): StandardOutput => {
  output ??= new StandardOutput();
  return output;
};

/** A structured log on standard output: one JSON object per line, with secrets redacted. */
export const createLogger = ({ name, level = 'info', destination }: LoggerOptions): Logger =>
  pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactPaths, censor: '[redacted]' },
      hooks: {
        logMethod(given, write) {
          const [first, ...rest] = given as [unknown, ...unknown[]];
          const isDetails =
            typeof first === 'object' && first !== null && !(first instanceof Error);
          const details = isDetails
            ? withoutRepeats(this, first as Record<string, unknown>)
            : first;
          write.apply(this, [details, ...rest] as never);
        },
      },
    },
    destination ?? standardOutput(),
  );

export const silentLogger: Logger = pino({ level: 'silent' });
