import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createEngine } from '../src/index.ts';
import { composeSubgraphs } from '../testing/index.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, EXAMPLE = ''] = /```js\n([\s\S]*?)```/.exec(README) ?? [];
const STATEMENTS = EXAMPLE.replace(/^import .*\n/gm, '').trim();

test('the example of the README runs, in ten lines', async () => {
  expect(STATEMENTS.split('\n')).toHaveLength(10);
  const printed: unknown[] = [];
  const asked: unknown[] = [];
  const surroundings = {
    readFileSync: () =>
      composeSubgraphs([
        { name: 'books', typeDefs: 'type Query { books: [Book!]! } type Book { title: String! }' },
      ]),
    createEngine,
    fetch: async (url: string, { body }: { body: string }) => {
      asked.push([url, JSON.parse(body).query]);
      return new Response('{"data":{"books":[{"title":"Momo"}]}}');
    },
    console: { log: (answer: unknown) => printed.push(answer) },
  };
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const run = new AsyncFunction(...Object.keys(surroundings), `${STATEMENTS}\nengine.close();`);
  await run(...Object.values(surroundings));
  expect(printed).toEqual([{ data: { books: [{ title: 'Momo' }] } }]);
  expect(asked).toEqual([['http://localhost:4001/graphql', '{books{title}}']]);
});
