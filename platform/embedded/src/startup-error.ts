/** Something a person has to decide before a server can start: one sentence, and a way out. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  /** Stable, in the form `NOUN_STATE`. */
  readonly code: string;
  /** What to do about it, as one sentence with the command or option to use. */
  readonly wayOut: string;

  constructor(code: string, message: string, wayOut: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.wayOut = wayOut;
  }
}

const alreadyRunning = (code: string) => (dataDir: string, pid: number) =>
  new StartupError(
    code,
    `Another Souk (process ${pid}) is using the data in ${dataDir}.`,
    'Stop it, or give this one its own data with --data <folder> and its own port with --port <n>.',
  );

export const dataInUse = alreadyRunning('DATA_IN_USE');
export const postgresAlreadyRunning = alreadyRunning('POSTGRES_ALREADY_RUNNING');
export const redisAlreadyRunning = alreadyRunning('REDIS_ALREADY_RUNNING');

export const postgresPortTaken = (port: number) =>
  new StartupError(
    'POSTGRES_PORT_TAKEN',
    `Port ${port} is taken, so PostgreSQL cannot listen there.`,
    'Choose another port, or none to get a free one.',
  );

export const postgresVersionDiffers = (dataDir: string, found: string, expected: string) =>
  new StartupError(
    'POSTGRES_VERSION_DIFFERS',
    `The data in ${dataDir} was written by PostgreSQL ${found}; this is PostgreSQL ${expected}.`,
    'Use another folder with --data <folder>, or discard this data with npm run db:reset.',
  );

/** Of a folder that cannot be made or written, in words. */
function whyNot({ code = 'unknown' }: NodeJS.ErrnoException): string {
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'there is a file where a folder should be';
  if (code === 'EACCES' || code === 'EPERM') return 'this account may not write there';
  if (code === 'EROFS') return 'its disk is read-only';
  if (code === 'ENOSPC') return 'its disk is full';
  if (code === 'ENAMETOOLONG') return 'its name is too long';
  return `the system does not allow it (${code})`;
}

export const dataNotWritable = (dataDir: string, cause: unknown) =>
  new StartupError(
    'DATA_NOT_WRITABLE',
    `The data folder ${dataDir} cannot be used: ${whyNot(cause as NodeJS.ErrnoException)}.`,
    'Choose another folder with --data <folder>.',
    cause,
  );

export const postgresNotAvailable = (platform: string, cause: unknown) =>
  new StartupError(
    'POSTGRES_NOT_AVAILABLE',
    `No PostgreSQL is installed for ${platform}.`,
    'Run npm ci (with optional dependencies), or set <NAME>_DATABASE_URL for each subgraph.',
    cause,
  );

export const postgresFailed = (what: string, output: string) =>
  new StartupError(
    'POSTGRES_FAILED',
    `PostgreSQL ${what}: ${output.trim() || 'it said nothing.'}`,
    'If the data is of no value, npm run db:reset starts again with empty databases.',
  );

export const redisFailed = (output: string) =>
  new StartupError(
    'REDIS_FAILED',
    `Redis did not start: ${output.trim() || 'it said nothing.'}`,
    'Set REDIS_URL to a Redis that runs.',
  );
