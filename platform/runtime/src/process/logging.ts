import pino from 'pino';

export type Logger = pino.Logger;

/** What never reaches a log, wherever it hangs in a logged object (three levels deep). */
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

export interface LoggerOptions {
  name: string;
  level?: string;
  destination?: pino.DestinationStream;
}

/** A structured log on standard output: one JSON object a line, secrets redacted. */
export const createLogger = ({ name, level = 'info', destination }: LoggerOptions): Logger =>
  pino(
    {
      name,
      level,
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactPaths, censor: '[redacted]' },
    },
    destination ?? pino.destination(1),
  );

export const silentLogger: Logger = pino({ level: 'silent' });
