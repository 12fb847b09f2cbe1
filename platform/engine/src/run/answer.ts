import type { GraphQLFormattedError } from 'graphql';
import { type Item, TYPENAME_SLOT } from '../compile/shape.ts';
import { isJsonObject, stringifyExactly } from '../json/exact-json.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  expectEnd,
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
} from '../json/json-cursor.ts';
import type { SubgraphResponse } from '../transport.ts';
import { type Call, type CallMember, type CallPart, requestedTypes } from './call.ts';
import { copySlots, haveRoomFor, type ReadingState, readObject } from './read-object.ts';
import { isWorthLooking, passRepeat } from './repeats.ts';

/** What one answer contained besides the data that was read into its Items. */
export interface AnswerSummary {
  readonly hasData: boolean;
  readonly errors: readonly GraphQLFormattedError[];
  readonly missing: readonly MissingPart[];
}

/** A part of a call, or the entity of one of its representations, for which there was no data. */
export interface MissingPart {
  readonly part: CallPart;
  readonly index?: number;
}

/** The text of an answer before it is read. */
export interface AnswerText {
  readonly text: string;
  readonly hasNoControls?: boolean;
}

/** Text written by `JSON.stringify` has its control characters escaped. */
export const answerText = (response: SubgraphResponse): AnswerText =>
  'text' in response ? response : { text: stringifyExactly(response), hasNoControls: true };

/** Reads a GraphQL response into the Items that it belongs to. Throws when it is not a complete response. */
export function readAnswer(
  { text, hasNoControls = false }: AnswerText,
  call: Call,
  state: ReadingState,
): AnswerSummary {
  const cursor: JsonCursor = {
    text,
    at: 0,
    controlFrom: hasNoControls ? 0 : -1,
    controlAt: hasNoControls ? text.length : -1,
    escapeFrom: -1,
    escapeAt: -1,
  };
  let missing: MissingPart[] | undefined;
  let errors: readonly GraphQLFormattedError[] | undefined;
  let more = open(cursor, OPEN_BRACE, CLOSE_BRACE);
  while (more) {
    const key = readKey(cursor);
    if (key === 'data') {
      if (missing) throw new MalformedJson(cursor.at);
      missing = readData(cursor, call, state);
    } else if (key === 'errors') {
      errors = parseErrors(readRaw(cursor));
    } else {
      skipValue(cursor);
    }
    more = hasNext(cursor, CLOSE_BRACE);
  }
  expectEnd(cursor);
  if (!missing && !errors) throw new MalformedJson(0);
  missing ??= call.parts.map((part) => ({ part }));
  const wholeParts = missing.filter(({ index }) => index === undefined).length;
  const hasData = wholeParts < call.parts.length;
  // Only an error may explain why something that was requested is missing entirely.
  if (hasData && wholeParts > 0 && !errors?.length) throw new Error('Entities are missing.');
  return { hasData, errors: errors ?? [], missing };
}

function parseErrors(text: string): readonly GraphQLFormattedError[] {
  const errors: unknown = JSON.parse(text);
  if (errors === null) return [];
  if (Array.isArray(errors) && errors.every(isJsonObject)) {
    return errors as unknown[] as GraphQLFormattedError[];
  }
  throw new Error('The errors of the answer are not a list of errors.');
}

/** Returns what the data has nothing for. */
function readData(cursor: JsonCursor, call: Call, state: ReadingState): MissingPart[] {
  if (peek(cursor) !== OPEN_BRACE) {
    readNull(cursor);
    return call.parts.map((part) => ({ part }));
  }
  const whole = call.parts.find(({ alias }) => alias === undefined);
  if (whole) {
    readForMembers(cursor, whole, 0, state);
    return [];
  }
  const missing: MissingPart[] = [];
  const types = requestedTypes(call);
  const unread = new Set(call.parts);
  let more = open(cursor, OPEN_BRACE, CLOSE_BRACE);
  while (more) {
    const key = readKey(cursor);
    const part = call.parts.find(({ alias }) => alias === key);
    if (part === undefined) {
      skipValue(cursor);
    } else if (peek(cursor) !== OPEN_BRACKET) {
      readNull(cursor);
    } else {
      if (!unread.delete(part)) throw new MalformedJson(cursor.at);
      readEntities(cursor, part, types, state, missing);
    }
    more = hasNext(cursor, CLOSE_BRACE);
  }
  for (const part of unread) missing.push({ part });
  return missing;
}

function readEntities(
  cursor: JsonCursor,
  part: CallPart,
  types: ReturnType<typeof requestedTypes>,
  state: ReadingState,
  missing: MissingPart[],
): void {
  let more = open(cursor, OPEN_BRACKET, CLOSE_BRACKET);
  let index = 0;
  for (; more; index += 1) {
    if (peek(cursor) === OPEN_BRACE) {
      readForMembers(cursor, part, index, state);
    } else {
      readNull(cursor);
      const typeName = types(part, index);
      if (typeName !== undefined && !state.missingTypes.includes(typeName)) {
        state.missingTypes = [...state.missingTypes, typeName];
      }
      const asked = interfaceName(typeName, state);
      for (const { targets } of part.members) {
        for (const item of targets.at(index) ?? []) state.absent?.set(item, asked ?? null);
      }
      missing.push({ part, index });
    }
    more = hasNext(cursor, CLOSE_BRACKET);
  }
  if (index !== part.count) throw new Error(`Got ${index} entities for ${part.count}.`);
}

/** The name as JSON text, if it is that of an interface. */
function interfaceName(typeName: string | undefined, { interfaceNames }: ReadingState) {
  const name = JSON.stringify(typeName);
  return interfaceNames.has(name) ? name : undefined;
}

/**
 * When a call that was to find the types of entities has failed, these entities do not exist as far as is
 * known.
 */
export function failToType(
  { parts, variablesText }: Pick<Call, 'parts' | 'variablesText'>,
  state: ReadingState,
): void {
  const types = requestedTypes({ variablesText });
  for (const part of parts) {
    for (let index = 0; index < part.count; index += 1) {
      const asked = interfaceName(types(part, index), state);
      if (asked === undefined) continue;
      for (const { targets } of part.members) {
        for (const item of targets.at(index) ?? []) state.absent?.set(item, asked);
      }
    }
  }
}

function readNull(cursor: JsonCursor): void {
  if (readRaw(cursor) !== 'null') throw new MalformedJson(cursor.at);
}

/** Each fetch reads the object separately: its Items have the layout of their own place. */
function readForMembers(
  cursor: JsonCursor,
  part: CallPart,
  index: number,
  state: ReadingState,
): void {
  const start = cursor.at;
  let end = -1;
  for (const member of part.members) {
    const targets = member.targets.at(index);
    if (!targets) continue;
    cursor.at = start;
    readForTargets(cursor, member, targets, state);
    end = cursor.at;
  }
  if (end === -1) skipValue(cursor);
}

/**
 * One reading serves all Items of a representation, and those of the next representation too if the answer
 * about it is the same text. Only Items that already have data from another fetch must be merged separately.
 */
function readForTargets(
  cursor: JsonCursor,
  member: CallMember,
  targets: readonly Item[],
  state: ReadingState,
): void {
  const { reader } = member.step.fetch;
  const start = cursor.at;
  if (!haveRoomFor(reader, targets, state)) {
    for (const item of targets) {
      cursor.at = start;
      readObject(reader, cursor, state, item);
    }
    return;
  }
  state.changes?.fills(reader, targets);
  if (reader.byKey.has('__typename')) {
    for (const item of targets) {
      if (item[TYPENAME_SLOT] !== undefined) state.changes?.specifies(item);
    }
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
    readObject(reader, cursor, state, source, true);
    if (reader.lastRead >= 0) {
      const text = cursor.text.slice(start, cursor.at);
      state.lastReads[reader.lastRead] = { text, item: source };
    }
  }
  for (; filled < targets.length; filled += 1) {
    copySlots(reader, source, targets[filled] as Item);
  }
}
