import { parseStrictly } from '@souk/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogger, RequestLines } from '../src/process/index.ts';

function logging() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { logger: createLogger({ name: 'worker', destination }), lines };
}

test('no key is in a line twice, whoever gives it', () => {
  const { logger, lines } = logging();
  const child = logger.child({ queue: 'mail' });
  logger.info({ name: 'SendMail', level: 9, time: 1, msg: 'what it says' }, 'a job');
  child.warn({ queue: 'mail', name: 'worker', jobId: '1' }, 'the same again');
  child.warn({ queue: 'other', nested: { queue: 'is its own affair' } }, 'another');
  child.error(new Error('a mistake'), 'with an error alone');
  new RequestLines(child).info({ queue: 'mail', name: 'x' }, 'request');
  const parsed = lines.map(parseStrictly);
  expect(parsed).toMatchObject([
    { name: 'worker', level: 'info', msg: 'a job', details: { name: 'SendMail', level: 9 } },
    { name: 'worker', queue: 'mail', jobId: '1' },
    { queue: 'mail', nested: { queue: 'is its own affair' }, details: { queue: 'other' } },
    { msg: 'with an error alone', err: { message: 'a mistake' } },
    { name: 'worker', queue: 'mail', details: { name: 'x' }, msg: 'request' },
  ]);
  expect(parsed[1]).not.toHaveProperty('details');
});

test('what reads lines strictly refuses a repeated key, at any depth', () => {
  expect(() => parseStrictly('{"a":{"b":1,"b":2}}')).toThrow(/"b" is there twice/);
  expect(parseStrictly('{"a":[{"b":"{\\"b\\":1}"},{"b":2}],"b":{"a":":"}}')).toHaveProperty('a');
});

test('secrets are hidden wherever lines are not all chosen by the runtime', () => {
  const { logger, lines } = logging();
  logger.info({ request: { headers: { authorization: 'Bearer x' } }, password: 'p' }, 'a line');
  expect(lines[0]).not.toMatch(/Bearer|"p"/);
});

test.each([
  '2026-11-26T13:59:59.007Z',
  '2026-11-26T13:59:59.070Z',
  '2026-11-26T13:59:59.999Z',
  '2026-11-26T14:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
])('a request’s line says %s as every other line does', (time) => {
  vi.useFakeTimers({ now: new Date(time), toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { logger, lines } = logging();
  logger.info('any');
  const ofRequests = new RequestLines(logger);
  ofRequests.info({}, 'request');
  ofRequests.info({}, 'request');
  expect(lines.map((line) => JSON.parse(line).time)).toEqual([time, time, time]);
});
