import pino, { type DestinationStream } from 'pino';

/** How many lines are collected, and for how many milliseconds at most. */
const MOST_WAITING = 128;
const LONGEST_WAIT_MS = 50;

/** The beginning of a line that need not be written at once. */
const IS_ROUTINE = /^\{"level":"(?:trace|debug|info)"/;

/**
 * Standard output for a log with a line for each request. A system call costs more than building a line, so
 * lines that come within a moment are written together. Warnings and errors, and everything before them, are
 * written at once; so is everything when the process exits.
 */
export class StandardOutput implements DestinationStream {
  readonly #output: ReturnType<typeof pino.destination>;
  /** A list instead of one growing text, which would have to be flattened to be written. */
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(descriptor = 1) {
    this.#output = pino.destination({ dest: descriptor, sync: true });
    process.on('exit', () => this.flushSync());
  }

  write(line: string): void {
    this.#waiting.push(line);
    if (!IS_ROUTINE.test(line) || this.#waiting.length >= MOST_WAITING) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), LONGEST_WAIT_MS).unref();
  }

  /** Also called by pino after a fatal line: syncs to disk, if the output is a file. */
  flushSync(): void {
    this.#flush();
    this.#output.flushSync();
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const lines = this.#waiting.join('');
    this.#waiting = [];
    if (lines !== '') this.#output.write(lines);
  }
}
