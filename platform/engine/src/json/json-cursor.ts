/**
 * A position in a JSON text. The engine reads subgraph answers with it instead of JSON.parse, so that a value
 * that nobody inspects remains the slice of text it arrived as, and is sent on as such.
 */
export interface JsonCursor {
  readonly text: string;
  at: number;
  /** Between these two offsets the text is known to have no control character. */
  controlFrom?: number;
  controlAt?: number;
  /** Between these two offsets it is known to have no backslash. */
  escapeFrom?: number;
  escapeAt?: number;
}

export class MalformedJson extends Error {
  constructor(at: number) {
    super(`Malformed JSON at offset ${at}.`);
    this.name = 'MalformedJson';
  }
}

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const LETTER_N = 0x6e;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** The next character that is not white space, without consuming it; NaN at the end. */
export function peek(cursor: JsonCursor): number {
  const { text } = cursor;
  let code = text.charCodeAt(cursor.at);
  while (code <= SPACE && (code === SPACE || code === 0x0a || code === 0x0d || code === 0x09)) {
    cursor.at += 1;
    code = text.charCodeAt(cursor.at);
  }
  return code;
}

/** Consumes one expected punctuation character. */
export function expect(cursor: JsonCursor, code: number): void {
  if (peek(cursor) !== code) throw new MalformedJson(cursor.at);
  cursor.at += 1;
}

/** After a member or element: true when a comma follows, false when `close` ended the whole. */
export function hasNext(cursor: JsonCursor, close: number): boolean {
  const code = peek(cursor);
  cursor.at += 1;
  if (code === COMMA) return true;
  if (code === close) return false;
  throw new MalformedJson(cursor.at - 1);
}

/** Consumes an opening character; false when the closing one follows at once. */
export function open(cursor: JsonCursor, opening: number, closing: number): boolean {
  expect(cursor, opening);
  if (peek(cursor) !== closing) return true;
  cursor.at += 1;
  return false;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f]/g;

/**
 * The offset just past the string that starts at `start`. A string is sent to the client as it is, so an
 * invalid one would make the client's whole answer unreadable. Most texts have no control characters and few
 * escapes, which is determined for many strings at a time.
 */
function endOfString(cursor: JsonCursor, start: number): number {
  const end = cursor.text.indexOf('"', start + 1);
  if (end === -1) throw new MalformedJson(start);
  const { controlFrom, controlAt, escapeFrom, escapeAt } = cursor as Required<JsonCursor>;
  if (!(start >= controlFrom && start <= controlAt)) lookForControl(cursor, start);
  if (!(start >= escapeFrom && start <= escapeAt)) lookForEscape(cursor, start);
  const special = Math.min(cursor.controlAt as number, cursor.escapeAt as number);
  return end < special ? end + 1 : endOfEscapedString(cursor.text, special);
}

function lookForControl(cursor: JsonCursor, start: number): void {
  CONTROL.lastIndex = start;
  cursor.controlFrom = start;
  cursor.controlAt = CONTROL.test(cursor.text) ? CONTROL.lastIndex - 1 : cursor.text.length;
}

function lookForEscape(cursor: JsonCursor, start: number): void {
  const at = cursor.text.indexOf('\\', start);
  cursor.escapeFrom = start;
  cursor.escapeAt = at === -1 ? cursor.text.length : at;
}

/** Where a string ends, from its first special character on, with each escape and character checked. */
function endOfEscapedString(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) throw new MalformedJson(at);
      at = ESCAPE.lastIndex;
    } else {
      // At the end of the text the code is NaN, for which every comparison is false.
      if (!(code >= SPACE)) throw new MalformedJson(at);
      at += 1;
    }
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const LITERAL = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;

function endOfLiteral(text: string, start: number): number {
  LITERAL.lastIndex = start;
  if (!LITERAL.test(text)) throw new MalformedJson(start);
  return LITERAL.lastIndex;
}

/** Skips one value of any kind. */
export function skipValue(cursor: JsonCursor): void {
  const { text } = cursor;
  const code = peek(cursor);
  if (code === QUOTE) {
    cursor.at = endOfString(cursor, cursor.at);
  } else if (code === OPEN_BRACE) {
    let more = open(cursor, OPEN_BRACE, CLOSE_BRACE);
    while (more) {
      if (peek(cursor) !== QUOTE) throw new MalformedJson(cursor.at);
      cursor.at = endOfString(cursor, cursor.at);
      expect(cursor, COLON);
      skipValue(cursor);
      more = hasNext(cursor, CLOSE_BRACE);
    }
  } else if (code === OPEN_BRACKET) {
    let more = open(cursor, OPEN_BRACKET, CLOSE_BRACKET);
    while (more) {
      skipValue(cursor);
      more = hasNext(cursor, CLOSE_BRACKET);
    }
  } else {
    cursor.at = endOfLiteral(text, cursor.at);
  }
}

/** Skips one value and returns its text. */
export function readRaw(cursor: JsonCursor): string {
  peek(cursor);
  const start = cursor.at;
  skipValue(cursor);
  return cursor.text.slice(start, cursor.at);
}

/** Only white space may follow the whole text. */
export function expectEnd(cursor: JsonCursor): void {
  if (!Number.isNaN(peek(cursor))) throw new MalformedJson(cursor.at);
}

/** Consumes a member's name and colon and returns the name. */
export function readKey(cursor: JsonCursor): string {
  if (peek(cursor) !== QUOTE) throw new MalformedJson(cursor.at);
  const start = cursor.at;
  cursor.at = endOfString(cursor, start);
  const raw = cursor.text.slice(start + 1, cursor.at - 1);
  expect(cursor, COLON);
  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
}
