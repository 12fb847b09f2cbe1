import type { GraphQLFormattedError } from 'graphql';
import type { Call, CallMember, CallPart } from '../requests/call.ts';
import type { SubgraphResponse } from '../types.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  hasNext,
  type JsonCursor,
  MalformedJson,
  OPEN_BRACE,
  OPEN_BRACKET,
  open,
  peek,
  readKey,
  readRaw,
  skipValue,
} from './json-cursor.ts';
import { copySlots, hasRoomFor, type ReadingState, readObject } from './read-object.ts';
import { isWorthLooking, passRepeat } from './repeats.ts';
import type { Item } from './shape.ts';

/** What one answer said besides the data that was read into the Items it belongs to. */
export interface AnswerSummary {
  readonly hasData: boolean;
  readonly errors: readonly GraphQLFormattedError[];
}

export const answerText = (response: SubgraphResponse): string =>
  'text' in response ? response.text : JSON.stringify(response);

/** Reads a GraphQL response to where its data belongs. Throws MalformedJson. */
export function readAnswer(text: string, call: Call, state: ReadingState): AnswerSummary {
  const cursor: JsonCursor = { text, at: 0 };
  let hasData = false;
  let errors: readonly GraphQLFormattedError[] = [];
  let known = false;
  let more = open(cursor, OPEN_BRACE, CLOSE_BRACE);
  while (more) {
    const key = readKey(cursor);
    if (key === 'data') {
      known = true;
      hasData = readData(cursor, call, state);
    } else if (key === 'errors') {
      known = true;
      errors = parseErrors(readRaw(cursor));
    } else {
      skipValue(cursor);
    }
    more = hasNext(cursor, CLOSE_BRACE);
  }
  if (!known) throw new MalformedJson(0);
  return { hasData, errors };
}

function parseErrors(text: string): readonly GraphQLFormattedError[] {
  const errors: unknown = JSON.parse(text);
  if (!Array.isArray(errors)) return [];
  return errors.filter((error) => typeof error === 'object' && error !== null);
}

function readData(cursor: JsonCursor, call: Call, state: ReadingState): boolean {
  if (peek(cursor) !== OPEN_BRACE) {
    if (readRaw(cursor) !== 'null') throw new MalformedJson(cursor.at);
    return false;
  }
  const whole = call.parts.find(({ alias }) => alias === undefined);
  if (whole) {
    readForMembers(cursor, whole, 0, state);
    return true;
  }
  let more = open(cursor, OPEN_BRACE, CLOSE_BRACE);
  while (more) {
    const key = readKey(cursor);
    const part = call.parts.find(({ alias }) => alias === key);
    if (part && peek(cursor) === OPEN_BRACKET) readEntities(cursor, part, state);
    else skipValue(cursor);
    more = hasNext(cursor, CLOSE_BRACE);
  }
  return true;
}

function readEntities(cursor: JsonCursor, part: CallPart, state: ReadingState): void {
  let more = open(cursor, OPEN_BRACKET, CLOSE_BRACKET);
  let index = 0;
  for (; more; index += 1) {
    if (peek(cursor) === OPEN_BRACE) readForMembers(cursor, part, index, state);
    else if (readRaw(cursor) === 'null') state.missesEntities = true;
    else throw new MalformedJson(cursor.at);
    more = hasNext(cursor, CLOSE_BRACKET);
  }
  const expected = part.representations.length;
  if (index !== expected) throw new Error(`Got ${index} entities for ${expected}.`);
}

/** Each fetch reads the object for itself: its Items are laid out for its own place. */
function readForMembers(
  cursor: JsonCursor,
  part: CallPart,
  index: number,
  state: ReadingState,
): void {
  const start = cursor.at;
  let end = -1;
  for (const member of part.members) {
    const targets = member.targets[index];
    if (!targets) continue;
    cursor.at = start;
    readForTargets(cursor, member, targets, state);
    end = cursor.at;
  }
  if (end === -1) skipValue(cursor);
}

/**
 * One reading serves all Items of a representation, and those of the next representation too if the
 * answer about it is the same text. Only Items that hold some of it already, from another fetch,
 * must merge for themselves.
 */
function readForTargets(
  cursor: JsonCursor,
  member: CallMember,
  targets: readonly Item[],
  state: ReadingState,
): void {
  const { reader } = member.step.fetch;
  const start = cursor.at;
  if (!targets.every((item) => hasRoomFor(reader, item, state))) {
    for (const item of targets) {
      cursor.at = start;
      readObject(reader, cursor, state, item);
    }
    return;
  }
  let filled = 0;
  let source: Item | undefined;
  if (reader.lastRead >= 0 && isWorthLooking(reader.repeats)) {
    const last = state.lastReads[reader.lastRead];
    if (last && passRepeat(last, cursor, reader.repeats)) source = last.item;
  }
  if (source === undefined) {
    source = targets[0] as Item;
    filled = 1;
    readObject(reader, cursor, state, source);
    if (reader.lastRead >= 0) {
      const text = cursor.text.slice(start, cursor.at);
      state.lastReads[reader.lastRead] = { text, item: source };
    }
  }
  for (; filled < targets.length; filled += 1) {
    copySlots(reader, source, targets[filled] as Item);
  }
}
