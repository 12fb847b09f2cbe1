import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { compileReader, decideSharing } from '../compile/answer-reader.ts';
import { compileRenames } from '../compile/renames.ts';
import {
  childShape,
  createShape,
  type Item,
  ItemList,
  newItem,
  type Shape,
  type Slot,
} from '../compile/shape.ts';
import { type ReadingState, readObject } from './read-object.ts';

/** What an Item contains, by response name, with leaves as their texts. */
function plain(value: Slot, shape: Shape): unknown {
  if (value instanceof ItemList) return value.elements.map((element) => plain(element, shape));
  if (!Array.isArray(value)) return value;
  const entries = [...shape.slots].filter(([, slot]) => value[slot] !== undefined);
  return Object.fromEntries(
    entries.map(([name, slot]) => [name, plain(value[slot], shape.children.get(slot) ?? shape)]),
  );
}

const emptyState = (collectors = 0, tables = 0): ReadingState => ({
  collected: Array.from({ length: collectors }, () => []),
  interned: new Array(tables).fill(undefined),
  lastReads: new Array(9).fill(undefined),
  missingTypes: [],
  interfaceNames: new Set(['"Product"']),
});

function readerOf(query: string, shape: Shape, renames?: ReturnType<typeof compileRenames>) {
  const [operation] = parse(query).definitions as [OperationDefinitionNode];
  if (operation.kind !== Kind.OPERATION_DEFINITION) throw new Error('expected an operation');
  return compileReader([operation.selectionSet], shape, new Map(), renames);
}

test('values stay the text they arrived as, whatever the order and spacing of members', () => {
  const shape = createShape();
  const reader = readerOf('{ user { id name tags more } }', shape);
  const expected = { user: { id: '"1"', name: '"A\\u00e9"', tags: '["x", 1]', more: null } };
  for (const text of [
    '{"user":{"id":"1","name":"A\\u00e9","tags":["x", 1],"more":null}}',
    ' { "unasked" : {"a":[{}]} , "user" :\n{ "more":null ,"tags":["x", 1],"name":"A\\u00e9","id":"1"} }',
  ]) {
    const item = readObject(reader, { text, at: 0 }, emptyState());
    expect(plain(item, shape)).toEqual(expected);
  }
});

test('a second answer is merged in, lists element by element, and nulls take nothing away', () => {
  const shape = createShape();
  const first = readerOf('{ list { a b { c } } }', shape);
  const second = readerOf('{ list { a b { d } } }', shape);
  const item = newItem(shape);
  const read = (reader: typeof first, text: string) =>
    readObject(reader, { text, at: 0 }, emptyState(), item);
  read(first, '{"list":[{"a":1,"b":{"c":2}},null,{"a":null,"b":null}]}');
  read(second, '{"list":[{"a":null,"b":{"d":3}},{"a":4,"b":null},{"a":5,"b":{"d":6}}]}');
  expect(plain(item, shape)).toEqual({
    list: [
      { a: '1', b: { c: '2', d: '3' } },
      { a: '4', b: null },
      { a: '5', b: { d: '6' } },
    ],
  });
});

test("an interface's name does not replace that of the type", () => {
  const shape = createShape();
  const reader = readerOf('{ __typename }', shape);
  const item = newItem(shape);
  for (const name of ['Product', 'Book', 'Product']) {
    readObject(reader, { text: `{"__typename":"${name}"}`, at: 0 }, emptyState(), item);
  }
  expect(plain(item, shape)).toEqual({ __typename: '"Book"' });
});

test("the planner's aliases are read under the names that they stand for", () => {
  const shape = createShape();
  const renames = compileRenames([
    { kind: 'KeyRenamer', path: ['... on A', 'x', '... on B', 'y__alias_0'], renameKeyTo: 'y' },
  ]);
  const reader = readerOf('{ x { y y__alias_0 } }', shape, renames);
  const item = readObject(reader, { text: '{"x":{"y__alias_0":7}}', at: 0 }, emptyState());
  expect(plain(item, shape)).toEqual({ x: { y: '7' } });
});

test('repeated references to an entity are read into one Item, and collected once', () => {
  const shape = createShape();
  const reader = readerOf('{ list { product { __typename upc } } }', shape);
  const target = childShape(childShape(shape, 'list'), 'product');
  target.collector = 0;
  decideSharing(reader, { ofInternTable: () => 0, ofLastRead: () => 0 });
  const state = emptyState(1, 1);
  const reference = (upc: string) => `{"product":{"__typename":"Book","upc":"${upc}"}}`;
  const text = `{"list":[${[1, 2, 1, '}"', 1].map((upc) => reference(String(upc).replace('"', '\\"')))}]}`;
  const item = readObject(reader, { text, at: 0 }, state);
  expect(
    (state.collected[0] as Item[]).map((one) => one[target.slots.get('upc') as number]),
  ).toEqual(['"1"', '"2"', '"}\\""']);
  expect(plain(item, shape)).toMatchObject({
    list: { 4: { product: { upc: '"1"' } }, length: 5 },
  });
});

test('Items are kept apart where several fetches add to them by their place', () => {
  const shape = createShape();
  const one = readerOf('{ list { product { upc } } }', shape);
  readerOf('{ list { product { note } } }', shape);
  childShape(childShape(shape, 'list'), 'product').collector = 0;
  const refuse = () => {
    throw new Error('must not be shared');
  };
  expect(decideSharing(one, { ofInternTable: refuse, ofLastRead: refuse })).toBe(false);
});

test('an object that repeats the one before is not read again', () => {
  const shape = createShape();
  const reader = readerOf('{ list { author { id posts { text } } } }', shape);
  const indexes = { ofInternTable: () => 0, ofLastRead: () => count++ };
  let count = 0;
  decideSharing(reader, indexes);
  const author = (id: number, text: string) =>
    `{"author":{"id":${id},"posts":[{"text":"${text}"}]}}`;
  const objects = [author(1, 'a'), author(1, 'a'), author(1, 'b'), author(2, 'b'), author(2, 'b')];
  const state = emptyState();
  const item = readObject(reader, { text: `{"list":[${objects}]}`, at: 0 }, state);
  expect(JSON.parse(JSON.stringify(plain(item, shape)).replaceAll('\\"', ''))).toMatchObject({
    list: [1, 1, 1, 2, 2].map((id) => ({ author: { id: String(id) } })),
  });
  const { elements } = item[shape.slots.get('list') as number] as ItemList;
  expect(new Set(elements).size).toBe(3);
});
