import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { DomainError, newId } from '../src/domain/index.ts';
import { createLogger } from '../src/process/index.ts';
import { bindUseCases } from '../src/subgraph/use-cases.ts';

const viewer = { userId: newId('usr'), sessionId: newId('ses'), roles: [] };
const roomId = newId('room');
const messageId = newId('msg');
const TEXT = 'what nobody but its readers may see';

const useCases = {
  ofViewer: {
    sendMessage: async (_: object, __: object, input: { roomId: string; text: string }) => ({
      message: { id: messageId, text: input.text },
    }),
    leaveRoom: async () => {
      throw new DomainError('ROOM_LAST', 'CONFLICT', TEXT);
    },
    breakDown: () => {
      throw new Error(TEXT);
    },
  },
  ofAnybody: { login: (_: object, { password }: { password: string }) => password.length },
};

function using(level: string, asks: typeof viewer | null = viewer) {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk, _, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const logger = createLogger({ name: 'test', level, destination });
  const bound = bindUseCases(useCases, {}, { viewer: asks, requestId: 'req-1', logger });
  return { bound, lines };
}

test('each use of a use case is one line at debug, with ids and without texts', async () => {
  const { bound, lines } = using('debug');
  expect(await bound.sendMessage({ roomId, text: TEXT })).toMatchObject({
    message: { id: messageId },
  });
  await expect(bound.leaveRoom()).rejects.toThrow(DomainError);
  expect(() => bound.breakDown()).toThrow(Error);
  expect(bound.login({ password: 'pass word' })).toBe(9);
  const common = { level: 'debug', msg: 'use case', requestId: 'req-1', viewerId: viewer.userId };
  expect(lines).toMatchObject([
    { ...common, useCase: 'sendMessage', outcome: 'done', ids: [roomId, messageId] },
    { ...common, useCase: 'leaveRoom', outcome: 'ROOM_LAST', ids: [] },
    { ...common, useCase: 'breakDown', outcome: 'failed', ids: [] },
    { ...common, useCase: 'login', outcome: 'done', ids: [] },
  ]);
  expect(lines.every(({ ms }) => typeof ms === 'number')).toBe(true);
  expect(JSON.stringify(lines)).not.toMatch(/nobody but|pass word/);
});

test('who is not signed in is a line, too', () => {
  const { bound, lines } = using('debug', null);
  expect(() => bound.sendMessage({ roomId, text: TEXT })).toThrow();
  expect(lines).toMatchObject([{ useCase: 'sendMessage', viewerId: null, ids: [roomId] }]);
});

test('at info nothing is logged and nothing is looked at', async () => {
  const { bound, lines } = using('info');
  const hostile = Object.defineProperty({ text: TEXT }, 'roomId', {
    enumerable: true,
    get: () => {
      throw new Error('nobody reads this');
    },
  }) as { roomId: string; text: string };
  await bound.sendMessage(hostile);
  expect(lines).toEqual([]);
});
