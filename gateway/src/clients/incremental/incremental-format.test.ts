import { expect, test } from 'vitest';
import {
  deferSpec20220824,
  incrementalSpecV02,
  inEvents,
  inMessages,
  inMultipart,
} from './incremental-format.ts';

const pending = [{ id: '0', path: ['product'], label: 'Slow' }];
const first = { status: 200, body: '{"data":{"product":{}}}', pending };
const error = { message: 'Not now.', path: ['product', 'stock'], extensions: { code: 'X' } };
const announced = {
  ...pending[0],
  id: '0',
  path: ['product'],
  label: 'Slow',
  extensions: undefined,
};
const good = { ...announced, kind: 'fragment' as const, data: '{"reviews":[]}', errors: [] };
const partly = { ...announced, kind: 'fragment' as const, data: '{"stock":null}', errors: [error] };
const lost = { ...announced, kind: 'fragment' as const, data: null, errors: [error] };

test('the draft of 2022 says of each part where it belongs', () => {
  expect(JSON.parse(deferSpec20220824.first(first))).toEqual({
    data: { product: {} },
    hasNext: true,
  });
  const batch = { pending: [], results: [good, partly, lost], isLast: true };
  expect(JSON.parse(deferSpec20220824.later(batch))).toEqual({
    incremental: [
      { data: { reviews: [] }, path: ['product'], label: 'Slow' },
      { data: { stock: null }, path: ['product'], label: 'Slow', errors: [error] },
      { data: null, path: ['product'], label: 'Slow', errors: [error] },
    ],
    hasNext: false,
  });
});

test('the newer draft announces parts and completes them, those without data by their errors', () => {
  expect(JSON.parse(incrementalSpecV02.first(first))).toEqual({
    data: { product: {} },
    pending,
    hasNext: true,
  });
  const inside = [{ id: '1', path: ['product', 'seller'], label: undefined }];
  expect(
    JSON.parse(incrementalSpecV02.later({ pending: inside, results: [partly], isLast: false })),
  ).toEqual({
    pending: [{ id: '1', path: ['product', 'seller'] }],
    incremental: [{ id: '0', data: { stock: null }, errors: [error] }],
    completed: [{ id: '0' }],
    hasNext: true,
  });
  expect(
    JSON.parse(incrementalSpecV02.later({ pending: [], results: [lost], isLast: true })),
  ).toEqual({ completed: [{ id: '0', errors: [error] }], hasNext: false });
});

test('streamed items say at which index they start, and why there are no more of them', () => {
  const more = { ...announced, kind: 'items' as const, path: ['list'], label: undefined };
  const items = { ...more, items: '[{"a":1},{"a":null}]', start: 2, end: 4, errors: [error] };
  const whole = { ...items, failure: [] };
  const ended = { ...items, failure: [{ ...error, path: ['list', 4] }] };
  const none = { ...ended, id: '1', items: '[]', end: 2, errors: [] };
  const batch = { pending: [], results: [whole, ended, none], isLast: true };
  const sent = { items: [{ a: 1 }, { a: null }], errors: [error] };
  expect(JSON.parse(deferSpec20220824.later(batch))).toEqual({
    incremental: [
      { ...sent, path: ['list', 2] },
      { ...sent, path: ['list', 2] },
      { items: null, path: ['list', 4], errors: ended.failure },
      { items: null, path: ['list', 2], errors: ended.failure },
    ],
    hasNext: false,
  });
  expect(JSON.parse(incrementalSpecV02.later(batch))).toEqual({
    incremental: [
      { id: '0', ...sent },
      { id: '0', ...sent },
    ],
    completed: [
      { id: '0' },
      { id: '0', errors: ended.failure },
      { id: '1', errors: ended.failure },
    ],
    hasNext: false,
  });
});

test('clients get the draft that they name, and none that they do not', () => {
  const multipart = [
    [undefined, null],
    ['*/*', null],
    ['application/json', null],
    ['multipart/mixed;deferSpec=20220824,application/json', deferSpec20220824],
    ['multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json', incrementalSpecV02],
    ['multipart/mixed; incrementalSpec="v0.2"', incrementalSpecV02],
    ['application/json, multipart/mixed', deferSpec20220824],
    ['multipart/mixed;incrementalSpec=v9', null],
    ['multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/json', null],
    ['multipart/mixed;subscriptionSpec=1.0, multipart/mixed;deferSpec=20220824', deferSpec20220824],
    ['application/json, multipart/mixed;q=0', null],
    [
      'multipart/mixed;deferSpec=20220824;q=0.5, multipart/mixed;incrementalSpec=v0.2;q=0.9',
      incrementalSpecV02,
    ],
    ['text/event-stream', null],
  ] as const;
  for (const [accept, format] of multipart) expect(inMultipart(accept), accept).toBe(format);
  expect(inEvents('text/event-stream')).toBe(deferSpec20220824);
  expect(inEvents('text/event-stream;incrementalSpec=v0.2')).toBe(incrementalSpecV02);
  expect(inEvents('application/json')).toBeNull();
  expect(inMessages(undefined)).toBe(deferSpec20220824);
  expect(inMessages({ incrementalSpec: 'v0.2' })).toBe(incrementalSpecV02);
});
