import { expect, test } from 'vitest';
import { answered } from '../src/answered.ts';

const errorOf = (code: string, more: object = {}) => ({
  errors: [{ message: 'No.', extensions: { code, ...more } }],
});

test('the data of an answer without errors is given', async () => {
  expect(await answered(async () => ({ data: { rooms: 1 } }))).toEqual({ rooms: 1 });
});

test('only requests that were told to retry are sent again', async () => {
  const answers = [
    errorOf('SERVICE_UNAVAILABLE'),
    { data: null, ...errorOf('SUBGRAPH_UNAVAILABLE') },
    errorOf('RATE_LIMITED', { retryAfterSeconds: 0 }),
    { data: { room: { errors: [{ code: 'RATE_LIMITED', retryAfterSeconds: 60 }] } } },
  ];
  const ask = async () => answers.shift() ?? {};
  expect(await answered(ask)).toEqual({
    room: { errors: [{ code: 'RATE_LIMITED', retryAfterSeconds: 60 }] },
  });
  expect(answers).toEqual([]);
});

test('a request that is told to retry much later is not waited for', async () => {
  const ask = async () => errorOf('RATE_LIMITED', { retryAfterSeconds: 3_600 });
  await expect(answered(ask)).rejects.toThrow(/"retryAfterSeconds":3600/);
});

test.each([
  ['no data', errorOf('UNAUTHENTICATED')],
  ['data that is null', { data: null, ...errorOf('UNAUTHENTICATED') }],
  ['a part of the data', { data: { a: 1, b: null }, ...errorOf('UNAUTHENTICATED') }],
])('an answer of errors with %s is thrown with what they say', async (_, answer) => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return answer;
  };
  await expect(answered(ask)).rejects.toThrow(/UNAUTHENTICATED/);
  expect(asked).toBe(1);
});
