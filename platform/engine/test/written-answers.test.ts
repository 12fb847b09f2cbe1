import { expect, test } from 'vitest';
import type { ObjectOutput, Output, OutputField } from '../src/compile/projection.ts';
import { createShape, type Item, ItemList, type Slot } from '../src/compile/shape.ts';
import { renderData } from '../src/run/render.ts';
import { ResponseWriter } from '../src/run/response-writer.ts';
import { createRandom, type Random } from '../testing/differential/random.ts';
import { CopiesWhatWasTakenBack } from './mutants/copy-what-was-taken-back.ts';

/**
 * An answer is written once, front to back: what appears in it again is copied, and what turns out to be null
 * is removed. It is compared with the same answer put together from texts, with nothing shared.
 */
const TEXTS = [
  '',
  'plain',
  'é',
  '日本',
  '👩‍👩‍👧',
  'x'.repeat(47),
  'y'.repeat(900),
  `${'z'.repeat(60)}ü`,
];
const FIRST_SLOT = 2;
const ANSWERS = 400;

/** Types nested to some depth; the deepest have only leaves. */
function randomOutput(random: Random, depth: number): ObjectOutput {
  const fields = Array.from({ length: 1 + random.below(4) }, (_, index): OutputField => {
    const name = `field${index}`;
    const start = `${index === 0 ? '' : ','}"${name}":`;
    const output = randomField(random, depth);
    const slot = FIRST_SLOT + index;
    return {
      ...{ name, fieldName: name, start, slot, output },
      ...{ mayDefer: false, fixed: undefined, withheld: undefined },
    };
  });
  const only = { typeName: 'Thing', fields, shape: createShape(), deferred: [] };
  return { kind: 'object', nonNull: random.chance(0.4), only, fieldsOf: () => only };
}

function randomField(random: Random, depth: number): Output {
  const nonNull = random.chance(0.4);
  if (depth === 0 || random.chance(0.3))
    return { kind: 'leaf', nonNull, check: undefined, mayHide: false };
  const object = randomOutput(random, depth - 1);
  return random.chance(0.6) ? { kind: 'list', nonNull, of: object } : object;
}

/** Items of an output: few of each type, so that most stand at several places. */
function itemSource(random: Random): (output: ObjectOutput) => Item {
  const known = new Map<ObjectOutput, Item[]>();
  const itemFor = (output: ObjectOutput): Item => {
    const before = known.get(output) ?? [];
    if (before.length > 2) return random.pick(before);
    const item: Item = [undefined, undefined];
    for (const field of output.only?.fields ?? []) {
      item[field.slot] = random.chance(0.04) ? null : valueFor(field.output);
    }
    known.set(output, [...(known.get(output) ?? []), item]);
    return item;
  };
  const valueFor = (output: Output): Slot => {
    if (output.kind === 'leaf') return JSON.stringify(random.pick(TEXTS));
    if (output.kind === 'object') return itemFor(output);
    const { of } = output;
    const element = () => (random.chance(0.04) ? null : itemFor(of as ObjectOutput));
    return new ItemList(Array.from({ length: random.below(6) }, element));
  };
  return itemFor;
}

/** The text of a value put together from texts; null where it is null. */
function textOf(output: Output, value: Slot): string | null {
  if (typeof value === 'string') return value;
  if (value instanceof ItemList && output.kind === 'list') {
    const texts = value.elements.map((element) => textOf(output.of, element));
    const isNull = output.of.nonNull && texts.includes(null);
    return isNull ? null : `[${texts.map((text) => text ?? 'null').join(',')}]`;
  }
  if (!Array.isArray(value) || output.kind !== 'object') return null;
  const members: string[] = [];
  for (const field of output.only?.fields ?? []) {
    const text = textOf(field.output, value[field.slot]);
    if (text === null && field.output.nonNull) return null;
    members.push(field.start + (text ?? 'null'));
  }
  return `{${members.join('')}}`;
}

/** How many of the answers a kind of writer writes otherwise. */
function wronglyWritten(newWriter: () => ResponseWriter): { wrong: number[]; nulls: number } {
  const wrong: number[] = [];
  let nulls = 0;
  for (let seed = 1; seed <= ANSWERS; seed += 1) {
    const random = createRandom(seed);
    const output = randomOutput(random, 4);
    const item = itemSource(random)(output);
    const writer = newWriter();
    const { isNull, violations } = renderData(writer, output, item, {
      absent: new Map(),
      initialCounts: [],
    });
    nulls += violations.length;
    const expected = textOf(output, item);
    const body = writer.finish();
    const text = typeof body === 'string' ? body : body.text();
    if (typeof body !== 'string') body.release();
    if (text !== (expected ?? 'null') || isNull !== (expected === null)) wrong.push(seed);
  }
  return { wrong, nulls };
}

test('copying and retracting bytes gives the same answer as building texts', () => {
  const { wrong, nulls } = wronglyWritten(() => new ResponseWriter());
  expect(wrong).toEqual([]);
  expect(nulls).toBeGreaterThan(ANSWERS / 4);
});

test('a writer that copies retracted bytes is caught (mutant)', () => {
  expect(wronglyWritten(() => new CopiesWhatWasTakenBack()).wrong).not.toEqual([]);
});

/** A large body, as its own text. */
function written(text: string) {
  const writer = new ResponseWriter();
  writer.text(text);
  const body = writer.finish();
  if (typeof body === 'string') throw new Error('It is not large.');
  return body;
}

test('a short body is text, a large one bytes that stay as long as somebody holds them', () => {
  const writer = new ResponseWriter();
  writer.text('"short é"');
  expect(writer.finish()).toBe('"short é"');

  const one = written('é'.repeat(40_000));
  expect(one.byteLength).toBe(80_000);
  const held = one.hold();
  const again = one.hold();
  one.release();
  again.release();
  again.release();
  const other = written('b'.repeat(80_000));
  expect(held.bytes.buffer).not.toBe(other.hold().bytes.buffer);
  expect(Buffer.from(held.bytes).toString()).toBe('é'.repeat(40_000));
  held.release();
  expect(written('c'.repeat(80_000)).hold().bytes.buffer).toBe(held.bytes.buffer);
  expect(other.text()).toBe('b'.repeat(80_000));
});

test("a returned buffer is never read again, since it may hold another client's answer", () => {
  const body = written('a'.repeat(20_000));
  body.release();
  expect(() => body.text()).toThrow('given back');
  expect(() => body.hold()).toThrow('given back');
});

test('inserted text moves what follows it', () => {
  const writer = new ResponseWriter();
  writer.text('{"data":{}');
  const { stretch } = writer;
  writer.insert(1, '"errors":["é"],');
  writer.byte(0x7d);
  expect(writer.stretch).not.toBe(stretch);
  expect(writer.finish()).toBe('{"errors":["é"],"data":{}}');
});
