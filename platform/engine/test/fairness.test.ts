import { expect, test } from 'vitest';
import type { PreparedOperation } from '../src/index.ts';
import { startTestSupergraph } from '../testing/test-supergraph.ts';

const item = (index: number) => `{"__typename":"Item","id":"${index}","text":"${'x'.repeat(100)}"}`;
const BIG = `{"data":{"items":[${Array.from({ length: 1_000 }, (_, index) => item(index))}]}}`;
const NOTES = `{"data":{"_entities":[${Array(1_000).fill('{"note":"n"}')}]}}`;

/** Answers by what is asked for, on a later turn of the event loop, as a network would. */
async function shop() {
  const { engine } = startTestSupergraph(
    [
      {
        name: 'items',
        typeDefs: `type Query { items: [Item!]! small: Item }
          type Item @key(fields: "id") { id: ID! text: String! }`,
      },
      {
        name: 'notes',
        typeDefs: 'type Item @key(fields: "id") { id: ID! note: String }',
      },
    ],
    {
      shareInFlight: false,
      transport: {
        execute: async ({ query, bodyText }) => {
          await new Promise((resolve) => setImmediate(resolve));
          if (query.includes('items')) return { text: BIG };
          if (query.includes('small')) return { text: `{"data":{"small":${item(1)}}}` };
          return {
            text: bodyText.length > 1_000 ? NOTES : '{"data":{"_entities":[{"note":"n"}]}}',
          };
        },
      },
    },
  );
  const big = engine.prepare('{ items { text note } }') as PreparedOperation;
  const small = engine.prepare('{ small { text note } }') as PreparedOperation;
  const finished: string[] = [];
  const ask = async (name: string, operation: PreparedOperation) => {
    const { errors } = await engine.execute(operation, {}, { requestId: name });
    expect(errors).toBeUndefined();
    finished.push(name);
  };
  return {
    finished,
    big: (name = 'big') => ask(name, big),
    small: (name = 'small') => ask(name, small),
  };
}

test('a small operation does not wait for the large ones that came before it', async () => {
  const { finished, big, small } = await shop();
  await Promise.all([big(), small()]);
  finished.length = 0;
  await Promise.all([...Array.from({ length: 30 }, () => big()), small()]);
  expect(finished.indexOf('small')).toBeLessThan(5);
});

test('a large operation is not put off for ever by small ones that keep coming', async () => {
  const { finished, big, small } = await shop();
  await Promise.all([big(), small()]);
  finished.length = 0;
  let going = true;
  const stream = Array.from({ length: 20 }, async () => {
    while (going) await small();
  });
  await big();
  going = false;
  await Promise.all(stream);
  expect(finished.indexOf('big')).toBeLessThan(1_000);
});

test('equal requests are served in order of arrival', async () => {
  const { finished, big } = await shop();
  await big('warm-up');
  finished.length = 0;
  const names = Array.from({ length: 20 }, (_, index) => `big ${index}`);
  await Promise.all(names.map((name) => big(name)));
  expect(finished).toEqual(names);
});
