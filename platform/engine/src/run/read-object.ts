import type { AnswerReader, FieldReader } from '../compile/answer-reader.ts';
import {
  type Item,
  ItemList,
  type ListElement,
  newItem,
  type Slot,
  TYPENAME_SLOT,
} from '../compile/shape.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  hasNext,
  type JsonCursor,
  LETTER_N,
  MalformedJson,
  OPEN_BRACE,
  OPEN_BRACKET,
  open,
  peek,
  QUOTE,
  readKey,
  readRaw,
  skipValue,
} from '../json/json-cursor.ts';
import { countTry, isWorthLooking, type LastRead, passRepeat } from './repeats.ts';
import type { Changes } from './take-back.ts';

/** What is collected while answers of one execution are read. */
export interface ReadingState {
  /** Items per collector: those that later fetches complete. */
  readonly collected: readonly Item[][];
  /** For each intern table: the Item that an object's text was read into before. */
  readonly interned: (Map<string, Item> | undefined)[];
  /** For each place: what was last read there. */
  readonly lastReads: (LastRead | undefined)[];
  /** JSON texts of the names of interfaces. */
  readonly interfaceNames: ReadonlySet<string>;
  /** What the current answer has changed so far. */
  readonly changes?: Changes;
  /** Types of the representations that a subgraph has answered with null. */
  missingTypes: readonly string[];
  /** See `WrittenAnswers`. */
  readonly absent?: Map<Item, string | null>;
}

/**
 * Reads one object. If an Item is given, the object is merged into it: a null never replaces a value, and
 * existing lists are merged element by element. An Item that is known to be empty is only filled, which need
 * not be recorded.
 */
export function readObject(
  reader: AnswerReader,
  cursor: JsonCursor,
  state: ReadingState,
  into?: Item,
  hasRoom = false,
): Item {
  if (into !== undefined) {
    return readMembers(reader, cursor, state, into, hasRoom ? undefined : state.changes);
  }
  if (reader.internTable >= 0) {
    return isWorthLooking(reader.repeats)
      ? readInterned(reader, cursor, state)
      : readMembers(reader, cursor, state, undefined, undefined);
  }
  if (reader.lastRead >= 0 && isWorthLooking(reader.repeats)) {
    return readRepeated(reader, cursor, state);
  }
  return readMembers(reader, cursor, state, undefined, undefined);
}

function readRepeated(reader: AnswerReader, cursor: JsonCursor, state: ReadingState): Item {
  const last = state.lastReads[reader.lastRead];
  if (last && passRepeat(last, cursor, reader.repeats)) return last.item;
  const start = cursor.at;
  const item = readMembers(reader, cursor, state, undefined, undefined);
  state.lastReads[reader.lastRead] = { text: cursor.text.slice(start, cursor.at), item };
  return item;
}

/** Longer objects rarely repeat, and looking them up costs their length. */
const LONGEST_INTERNED = 160;

/**
 * References to entities repeat a lot within one answer: `{"__typename":"Product","upc":"1"}`. An object
 * without nested objects ends at the next brace outside a string. If the text up to the next brace has been
 * read as such an object before, it is the same object again. If objects turn out not to repeat, as in a long
 * list of different ones, they are no longer looked up, since a table of all of them costs more than reading
 * them.
 */
function readInterned(reader: AnswerReader, cursor: JsonCursor, state: ReadingState): Item {
  let table = state.interned[reader.internTable];
  if (table === undefined) {
    table = new Map();
    state.interned[reader.internTable] = table;
  }
  const start = cursor.at;
  const end = cursor.text.indexOf('}', start) + 1;
  if (end === 0 || end - start > LONGEST_INTERNED) {
    return readMembers(reader, cursor, state, undefined, undefined);
  }
  const text = cursor.text.slice(start, end);
  const known = table.get(text);
  countTry(reader.repeats);
  if (known) {
    reader.repeats.hits += 1;
    cursor.at = end;
    return known;
  }
  const item = readMembers(reader, cursor, state, undefined, undefined);
  if (cursor.at === end) table.set(text, item);
  return item;
}

function readMembers(
  reader: AnswerReader,
  cursor: JsonCursor,
  state: ReadingState,
  into: Item | undefined,
  changes: Changes | undefined,
): Item {
  const { fields, shape } = reader;
  let item: Item;
  if (into) {
    item = into;
  } else {
    item = newItem(shape);
    if (shape.collector >= 0) (state.collected[shape.collector] as Item[]).push(item);
  }
  const { text } = cursor;
  let more = open(cursor, OPEN_BRACE, CLOSE_BRACE);
  let position = 0;
  while (more) {
    let field = fields[position];
    if (field !== undefined && text.startsWith(field.start, cursor.at)) {
      cursor.at += field.start.length;
    } else {
      field = reader.byKey.get(readKey(cursor));
    }
    if (field === undefined) {
      skipValue(cursor);
    } else {
      position = field.position + 1;
      readField(field, cursor, state, item, changes);
    }
    if (text.charCodeAt(cursor.at) === COMMA) cursor.at += 1;
    else more = hasNext(cursor, CLOSE_BRACE);
  }
  return item;
}

function readField(
  field: FieldReader,
  cursor: JsonCursor,
  state: ReadingState,
  item: Item,
  changes: Changes | undefined,
): void {
  const { slot, child } = field;
  changes?.writes(item, slot);
  if (child !== undefined) {
    const value = readNested(child, cursor, state, item[slot]);
    if (value !== null || item[slot] === undefined) item[slot] = value;
    return;
  }
  const raw = slot === TYPENAME_SLOT ? readTypeName(field, cursor) : readRaw(cursor);
  const before = item[slot];
  if (raw === 'null') {
    if (before === undefined) item[slot] = null;
    return;
  }
  // In a subgraph with an interface as an @interfaceObject, everything has that one type. The object's real
  // type has been found elsewhere.
  const isVaguer = slot === TYPENAME_SLOT && before != null && state.interfaceNames.has(raw);
  if (!isVaguer) item[slot] = raw;
}

/** Objects of one type share one text of its name, which would otherwise be kept for each of them. */
function readTypeName(field: FieldReader, cursor: JsonCursor): string {
  const { usual } = field;
  if (usual !== undefined && cursor.text.startsWith(usual, cursor.at)) {
    cursor.at += usual.length;
    return usual;
  }
  const raw = readRaw(cursor);
  // The text of a slice would keep the whole answer.
  if (raw.charCodeAt(0) === QUOTE) field.usual ??= Buffer.from(raw).toString();
  return raw;
}

function readNested(
  reader: AnswerReader,
  cursor: JsonCursor,
  state: ReadingState,
  existing: Slot,
): ListElement {
  const code = peek(cursor);
  if (code === OPEN_BRACE) {
    return readObject(reader, cursor, state, Array.isArray(existing) ? existing : undefined);
  }
  if (code === OPEN_BRACKET) {
    return readList(reader, cursor, state, existing instanceof ItemList ? existing : undefined);
  }
  if (code === LETTER_N && cursor.text.startsWith('null', cursor.at)) {
    cursor.at += 4;
    return null;
  }
  throw new MalformedJson(cursor.at);
}

function readList(
  reader: AnswerReader,
  cursor: JsonCursor,
  state: ReadingState,
  existing: ItemList | undefined,
): ItemList {
  const list = existing ?? new ItemList([]);
  const { elements } = list;
  let more = open(cursor, OPEN_BRACKET, CLOSE_BRACKET);
  for (let index = 0; more; index += 1) {
    const before = elements[index];
    const value = readNested(reader, cursor, state, before);
    if (existing) state.changes?.writes(elements, index);
    if (before === undefined) elements.push(value);
    else if (value !== null) elements[index] = value;
    more = hasNext(cursor, CLOSE_BRACKET);
  }
  return list;
}

/** Whether the result of reading into these Items does not depend on what they already hold. */
export function haveRoomFor(
  { fields }: AnswerReader,
  items: readonly Item[],
  { interfaceNames }: ReadingState,
): boolean {
  for (const item of items) {
    for (const { slot } of fields) {
      const held = item[slot];
      if (held === undefined) continue;
      if (slot !== TYPENAME_SLOT || !interfaceNames.has(held as string)) return false;
    }
  }
  return true;
}

/** Copies what was read into one empty Item into another. */
export function copySlots(reader: AnswerReader, from: Item, to: Item): void {
  for (const { slot } of reader.fields) to[slot] = from[slot];
}
