import { createRepeatRecord, type RepeatRecord } from '../compile/repeat-record.ts';
import type { Item } from '../compile/shape.ts';
import type { JsonCursor } from '../json/json-cursor.ts';

/**
 * Lists often contain the same object many times in a row: the author of each message, the room of each
 * message. When the text at the cursor is the text of the object that was last read at this place, it is that
 * object again, however large it is, at the price of one comparison.
 */
export interface LastRead {
  readonly text: string;
  readonly item: Item;
}

const TRIAL = 32;
const WORTHWHILE_SHARE = 1 / 8;
/** Number of objects after which data that did not repeat is tried again. */
const PASSES_UNTIL_TRIAL = 2_000;
const LONG_MEMORY = 4_096;

export function isWorthLooking(record: RepeatRecord): boolean {
  if (record.tries < TRIAL || record.hits > record.tries * WORTHWHILE_SHARE) return true;
  record.passes += 1;
  if (record.passes >= PASSES_UNTIL_TRIAL) Object.assign(record, createRepeatRecord());
  return false;
}

export function countTry(record: RepeatRecord): void {
  record.tries += 1;
  if (record.tries <= LONG_MEMORY) return;
  record.tries /= 2;
  record.hits /= 2;
}

/** Skips the text when it is that of the last object. */
export function passRepeat(
  last: LastRead | undefined,
  cursor: JsonCursor,
  record: RepeatRecord,
): boolean {
  if (last === undefined) return false;
  countTry(record);
  const { length } = last.text;
  if (cursor.text.slice(cursor.at, cursor.at + length) !== last.text) return false;
  record.hits += 1;
  cursor.at += length;
  return true;
}
