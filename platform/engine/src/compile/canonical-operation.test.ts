import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { canonicalOperation } from './canonical-operation.ts';

const canonical = (text: string) => canonicalOperation(parse(text));

/** A plan that asks one subgraph for all of an operation, as the planner would write it. */
const planOf = (text: string): string => JSON.stringify({ node: { operation: text } });

test.each([
  ['the name of the operation', 'query A { users { id } }', 'query B { users { id } }'],
  [
    'names of fields',
    '{ a: users { b: id } c: users { id } }',
    '{ x: users { y: id } z: users { id } }',
  ],
  [
    'texts',
    '{ user(id: "1", of: { kind: "a", like: ["a"] }) { id } }',
    '{ user(id: "2", of: { kind: "b", like: ["b"] }) { id } }',
  ],
  ['numbers', '{ users(first: 10, after: -3) { id } }', '{ users(first: 2, after: 7) { id } }'],
])('operations that differ in %s alone are one', (_, one, other) => {
  expect(canonical(one).text).toBe(canonical(other).text);
});

test.each([
  ['which names are the same', '{ a { n: x } b { n: x } }', '{ a { n: x } b { m: x } }'],
  ['which values are the same', '{ a(i: 1) b(i: 1) }', '{ a(i: 1) b(i: 2) }'],
  ['an alias and none', '{ a: users { id } }', '{ users { id } }'],
  ['values of enums, which plans keep', '{ a(in: RED) }', '{ a(in: BLUE) }'],
  [
    'labels of what is deferred',
    '{ ... @defer(label: "a") { a } }',
    '{ ... @defer(label: "b") { a } }',
  ],
  ['defaults of variables', 'query ($a: Int = 1) { a(i: $a) }', 'query ($a: Int = 2) { a(i: $a) }'],
])('operations that differ in %s are two', (_, one, other) => {
  expect(canonical(one).text).not.toBe(canonical(other).text);
});

test.each([
  [
    'names, texts and numbers',
    '{ a: user(id: "1", first: 20) { soon: name } b: user(id: "2", first: -7) { name } }',
  ],
  [
    'texts with anything in them',
    String.raw`{ user(id: "\"\\ \n \u0007 é 😀 $& $1") { id } other(id: """a "block"
    of lines""") { id } }`,
  ],
  [
    'what looks like ours',
    '{ soukName0x: user(id: "soukText1x", souk_Name0x: 1999999001) { a: id soukName1x: id } }',
  ],
  [
    'more numbers than stand for others',
    `{ ${Array.from({ length: 1_200 }, (_, n) => `f(i: ${n})`).join(' ')} }`,
  ],
])('%s come back into the plan', (_, text) => {
  const { text: planned, restore } = canonical(text);
  const { node } = JSON.parse(restore(planOf(planned))) as { node: { operation: string } };
  // Block strings come back as the texts that they are.
  expect(print(parse(node.operation))).toBe(print(withoutBlocks(text)));
});

const withoutBlocks = (text: string) =>
  JSON.parse(JSON.stringify(parse(text, { noLocation: true })), (key, value) =>
    key === 'block' ? false : value,
  );
