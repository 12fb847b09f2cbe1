import pino, { type DestinationStream } from 'pino';

/** Lines that wait for each other, and milliseconds for which a line waits at most. */
const MOST_WAITING = 128;
const LONGEST_WAIT_MS = 50;

/** How a line begins that nobody should wait for. */
const IS_ROUTINE = /^\{"level":"(?:trace|debug|info)"/;

/**
 * Standard output for a log that has a line for each request. A write to the system costs more than
 * making the line, so what comes within a moment goes out by one. Warnings and errors, and all before
 * them, go out at once; so does everything when the process exits.
 */
export class StandardOutput implements DestinationStream {
  readonly #output: ReturnType<typeof pino.destination>;
  /** Not one text that grows: what is glued together bit by bit must be taken apart to be written. */
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

  /** Called by pino after a fatal line, too: to the disk, where the output is a file. */
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
