import { createLogger } from '@souk/runtime/process';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createGatewaySupergraph } from '../src/supergraph/gateway-supergraph.ts';
import { createServedSupergraphs } from '../src/supergraph/served-supergraphs.ts';
import { planningUnavailable } from './support/planning-unavailable.ts';
import { createToy } from './support/toy-shop.ts';

/** Supergraphs served from texts that the test hands in. */
async function start() {
  const first = createToy().supergraphSdl;
  let read: (sdl: string) => void = () => {};
  const lines: string[] = [];
  const served = createServedSupergraphs({
    source: {
      load: async () => first,
      watch: (changed) => {
        read = changed;
        return () => {};
      },
    },
    load: (sdl) =>
      createGatewaySupergraph(sdl, { transport: { execute: () => Promise.reject() } as never }),
    logger: createLogger({
      name: 'gateway',
      destination: { write: (line) => void lines.push(line) },
    }),
  });
  await served.start();
  onTestFinished(served.stop);
  const next = (name: string) => first.replaceAll('whoAsks', name);
  return { served, next, read: (sdl: string) => read(sdl), lines };
}

const isLoading = (operation: unknown) => operation === null;

test('a supergraph whose planning thread is lost while it loads is loaded by the next one', async () => {
  const { served, next, read, lines } = await start();
  planningUnavailable(2, isLoading);
  read(next('whoIsAsking'));
  await until(() => served.current().sdl === next('whoIsAsking'));
  expect(lines.join('')).not.toContain('refused');
});

test('one that is tried again gives way to a text that was read meanwhile', async () => {
  const { served, next, read, lines } = await start();
  const seen: string[] = [];
  served.onChange(({ sdl }) => seen.push(sdl));
  planningUnavailable(1, isLoading);
  read(next('first'));
  await until(() => lines.some((line) => line.includes('tried again')));
  read(next('second'));
  await until(() => served.current().sdl === next('second'));
  read(next('third'));
  await until(() => served.current().sdl === next('third'));
  expect(seen).toEqual([next('second'), next('third')]);
});

test('a failing listener delays neither other listeners nor the new supergraph', async () => {
  const { served, next, read, lines } = await start();
  const seen: string[] = [];
  served.onChange(({ sdl }) => seen.push(sdl));
  served.onChange(() => {
    throw new Error('a broken listener');
  });
  served.onChange(({ sdl }) => seen.push(sdl));
  read(next('whoIsAsking'));
  await until(() => seen.length === 2);
  expect(served.current().sdl).toBe(next('whoIsAsking'));
  await until(() => lines.some((line) => line.includes('the supergraph was replaced')));
  expect(lines.join('')).toContain('a broken listener');
});
