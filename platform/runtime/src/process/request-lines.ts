import pino from 'pino';
import type { Logger } from './logging.ts';

type Value = string | number | boolean | readonly string[] | undefined;

/** The fields of a line: chosen in code, so that they contain no secret. */
export type LineFields = Readonly<Record<string, Value>>;

/**
 * The lines for each request, at level info. They make up most of a log, and a busy process writes thousands
 * per second: searching them for secrets or duplicate keys takes longer than writing them. Therefore they are
 * assembled here, in the form of all other lines, and written to the same place.
 */
export class RequestLines {
  readonly #logger: Logger;
  readonly #output: pino.DestinationStream;
  readonly #own: ReadonlyMap<string, unknown>;
  /** What follows the time: the keys of the logger itself. */
  readonly #owner: string;
  readonly #clock = new ClockText();
  /** For the key of a field: how it is written in a line, or null if every line has that key already. */
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

  /** Whether such lines are logged at all. */
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
 * The time as in all lines, in ISO 8601. Formatting it would be most of the cost of a line, and only its
 * milliseconds differ from line to line.
 */
class ClockText {
  #second = Number.NaN;
  /** Up to the second, including the dot. */
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

/** Texts that need no escaping in JSON. */
const PLAIN = /^[\w .:/-]*$/;

function jsonOf(value: Exclude<Value, undefined>): string {
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value === 'string' && value.length < 100 && PLAIN.test(value)) return `"${value}"`;
  return JSON.stringify(value);
}
