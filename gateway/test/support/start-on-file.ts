import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@souk/runtime/process';
import { expect, onTestFinished } from 'vitest';
import type { GatewayOptions } from '../../src/index.ts';
import { startToy } from './start-toy.ts';
import { createToy } from './toy-shop.ts';

/** A gateway over a supergraph file that the test may replace, and what it logs. */
export async function startOnFile(options: Partial<GatewayOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'souk supergraph '));
  const file = join(folder, 'supergraph.graphql');
  let served = '';
  const replace = (sdl: string) => {
    served = sdl;
    writeFileSync(`${file}.new`, sdl);
    renameSync(`${file}.new`, file);
  };
  const toy = createToy();
  replace(toy.supergraphSdl);
  const lines: string[] = [];
  const logger = createLogger({
    name: 'gateway',
    destination: { write: (line) => void lines.push(line) },
  });
  const started = await startToy(
    { supergraphSdl: undefined, supergraphFile: file, logger, ...options },
    toy,
  );
  onTestFinished(async () => {
    await started.gateway.close();
    rmSync(folder, { recursive: true });
  });
  return {
    ...started,
    lines,
    replace,
    /** Puts other words in the place of some that stand in the file. */
    put(before: string, after: string) {
      expect(served).toContain(before);
      replace(served.replace(before, after));
    },
  };
}
