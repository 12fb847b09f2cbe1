import pino from 'pino';
import type { Logger } from './logging.ts';

type Value = string | number | boolean | readonly string[] | undefined;

/** What a line says: chosen by whoever writes it, so that no secret can be among it. */
export type LineFields = Readonly<Record<string, Value>>;

/**
 * The lines that each request gets, at info. They are what most of a log is, and a busy process writes
 * thousands in a second: looking for secrets in them, or for keys that are there twice, takes longer
 * than writing them. So they are put together here, in the form of all other lines, and go where those go.
 */
export class RequestLines {
  readonly #logger: Logger;
  readonly #output: pino.DestinationStream;
  readonly #own: ReadonlyMap<string, unknown>;
  /** What follows the time: the keys of the logger itself. */
  readonly #owner: string;
  readonly #clock = new ClockText();
  /** By the key of a field: how it begins in a line, or null where the line has that key by itself. */
  readonly #beginnings = new Map<string, string | null>();

  constructor(logger: Logger) {
    const bindings = logger.bindings();
    this.#logger = logger;
    this.#output = (logger as unknown as WithOutput)[pino.symbols.streamSym];
    this.#own = new Map(
      Object.entries({ level: 'info', time: undefined, msg: undefined, ...bindings }),
    );
    const owner = JSON.stringify(bindings).slice(1, -1);
    this.#owner = owner === '' ? '"' : `",${owner}`;
  }

  /** Whether anybody wants them. */
  get isOn(): boolean {
    return this.#logger.isLevelEnabled('info');
  }

  info(fields: LineFields, message: string): void {
    if (!this.isOn) return;
    let said = '';
    let clashing: Record<string, Value> | undefined;
    for (const key in fields) {
      const value = fields[key];
      if (value === undefined) continue;
      const beginning = this.#beginningOf(key);
      if (beginning !== null) said += beginning + jsonOf(value);
      else if (this.#own.get(key) !== value) clashing = { ...clashing, [key]: value };
    }
    if (clashing) said += `,"details":${JSON.stringify(clashing)}`;
    this.#output.write(
      `{"level":"info","time":"${this.#clock.now()}${this.#owner}${said},"msg":${jsonOf(message)}}\n`,
    );
  }

  #beginningOf(key: string): string | null {
    const known = this.#beginnings.get(key);
    if (known !== undefined) return known;
    const beginning = this.#own.has(key) ? null : `,"${key}":`;
    this.#beginnings.set(key, beginning);
    return beginning;
  }
}

/**
 * The time as all lines have it, in ISO 8601. Its text would be most of what a line costs, and only
 * the milliseconds of it are new in each.
 */
class ClockText {
  #second = Number.NaN;
  /** Up to the second, with the point behind it. */
  #begins = '';

  now(): string {
    const now = Date.now();
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#begins = new Date(second * 1_000).toISOString().slice(0, -'000Z'.length);
    }
    const milliseconds = now - second * 1_000;
    const zeros = milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : '';
    return `${this.#begins}${zeros}${milliseconds}Z`;
  }
}

interface WithOutput {
  readonly [pino.symbols.streamSym]: pino.DestinationStream;
}

/** Texts that are in JSON as they are. */
const PLAIN = /^[\w .:/-]*$/;

function jsonOf(value: Exclude<Value, undefined>): string {
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value === 'string' && value.length < 100 && PLAIN.test(value)) return `"${value}"`;
  return JSON.stringify(value);
}
