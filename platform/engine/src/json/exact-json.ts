import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  expectEnd,
  hasNext,
  type JsonCursor,
  OPEN_BRACE,
  OPEN_BRACKET,
  open,
  peek,
  QUOTE,
  readKey,
  readRaw,
  skipValue,
} from './json-cursor.ts';

/**
 * A number in a JSON text that JavaScript would write differently, such as 9007199254740993, 1e400 or 1.50.
 * It keeps its text, so that no gateway changes the value of a scalar.
 */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  /** What `JSON.stringify` writes for callers that do not know about exact numbers. */
  toJSON(): number {
    exactNumbersMet += 1;
    return Number(this.text);
  }
}

let exactNumbersMet = 0;

/** A number after a member's name, in a list, or alone, in a form that might not be reproduced. */
const DOUBTFUL = /(?:"\s*:|[[,]|^)\s*(?:-?(?:\d{16}|\d+[.eE])|-0)/;

/** False when `JSON.parse` and `JSON.stringify` change no number of the text. */
export const mayChangeNumbers = (text: string): boolean => DOUBTFUL.test(text);

export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Like `JSON.parse`, but numbers that would not be reproduced are ExactNumbers. */
export function parseExactly(text: string): unknown {
  if (!mayChangeNumbers(text)) return JSON.parse(text);
  const cursor: JsonCursor = { text, at: 0 };
  const value = readValue(cursor);
  expectEnd(cursor);
  return value;
}

/** Like `JSON.stringify` for plain data, with the texts of ExactNumbers. */
export function stringifyExactly(value: unknown): string {
  const before = exactNumbersMet;
  const text = JSON.stringify(value);
  return exactNumbersMet === before ? text : writeValue(value);
}

function readValue(cursor: JsonCursor): unknown {
  const code = peek(cursor);
  if (code === OPEN_BRACE) {
    const members: [string, unknown][] = [];
    let more = open(cursor, OPEN_BRACE, CLOSE_BRACE);
    while (more) {
      members.push([readKey(cursor), readValue(cursor)]);
      more = hasNext(cursor, CLOSE_BRACE);
    }
    return Object.fromEntries(members);
  }
  if (code === OPEN_BRACKET) {
    const elements: unknown[] = [];
    let more = open(cursor, OPEN_BRACKET, CLOSE_BRACKET);
    while (more) {
      elements.push(readValue(cursor));
      more = hasNext(cursor, CLOSE_BRACKET);
    }
    return elements;
  }
  const raw = readRaw(cursor);
  const value: unknown = JSON.parse(raw);
  return typeof value === 'number' && JSON.stringify(value) !== raw ? new ExactNumber(raw) : value;
}

function writeValue(value: unknown): string {
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) {
    return `[${value.map((element) => (element === undefined ? 'null' : writeValue(element))).join()}]`;
  }
  if (typeof value !== 'object' || value === null || 'toJSON' in value)
    return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writeValue(member)}`).join()}}`;
}

/** The text of the value at these names of nested objects; undefined when there is none. */
export function textAt(text: string, path: readonly string[]): string | undefined {
  const cursor: JsonCursor = { text, at: 0 };
  for (const name of path) {
    const at = memberAt(cursor, name);
    if (at === undefined) return undefined;
    cursor.at = at;
  }
  return readRaw(cursor);
}

/** Where the value of a member begins. As in JSON.parse, the last member with that name counts. */
function memberAt(cursor: JsonCursor, name: string): number | undefined {
  if (peek(cursor) !== OPEN_BRACE) return undefined;
  let found: number | undefined;
  let more = open(cursor, OPEN_BRACE, CLOSE_BRACE);
  while (more) {
    if (readKey(cursor) === name) found = cursor.at;
    skipValue(cursor);
    more = hasNext(cursor, CLOSE_BRACE);
  }
  return found;
}

/** The texts of a list's elements. Throws MalformedJson for anything but a list. */
export function elementTexts(text: string): string[] {
  const cursor: JsonCursor = { text, at: 0 };
  const texts: string[] = [];
  let more = open(cursor, OPEN_BRACKET, CLOSE_BRACKET);
  while (more) {
    texts.push(readRaw(cursor));
    more = hasNext(cursor, CLOSE_BRACKET);
  }
  return texts;
}

/** How many objects a well-formed JSON text contains; braces in strings are not counted. */
export function countObjects(text: string): number {
  let objects = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === OPEN_BRACE) objects += 1;
    else if (code === QUOTE) at = endOfString(text, at);
  }
  return objects;
}

/** The closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

/** A quote after an odd number of backslashes belongs to the string. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1;
  while (text.charCodeAt(at) === BACKSLASH) at -= 1;
  return (quote - at) % 2 === 0;
}
