import { expect, test } from 'vitest';
import { defineStores, extendStores, replaceStores } from './define-stores.ts';

function twoStores() {
  const made: string[] = [];
  const storesOn = defineStores<{ name: string }>()({
    rooms: (db) => {
      made.push(`rooms on ${db.name}`);
      return { from: db.name };
    },
    messages: (db) => {
      made.push(`messages on ${db.name}`);
      return { from: db.name };
    },
  });
  return { storesOn, made };
}

test('a store is made when it is asked for, once for each connection', () => {
  const { storesOn, made } = twoStores();
  const [first, second] = [storesOn({ name: 'a' }), storesOn({ name: 'b' })];
  expect(made).toEqual([]);
  expect(first.rooms).toBe(first.rooms);
  expect([first.rooms.from, second.rooms.from]).toEqual(['a', 'b']);
  expect(made).toEqual(['rooms on a', 'rooms on b']);
});

test('a wrapper that replaces a store can use the other stores', () => {
  const { storesOn, made } = twoStores();
  const withTool = extendStores(storesOn({ name: 'a' }), { inbox: 'a tool' });
  const replaced = replaceStores(withTool, { rooms: { from: 'elsewhere' } });
  const { rooms, messages, inbox } = replaced;
  expect([rooms.from, messages.from, inbox]).toEqual(['elsewhere', 'a', 'a tool']);
  expect(made).toEqual(['messages on a']);
});
