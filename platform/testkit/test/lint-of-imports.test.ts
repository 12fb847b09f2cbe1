import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
const folder = mkdtempSync(join(tmpdir(), 'souk-layers-'));

beforeAll(() => {
  const rules = JSON.parse(readFileSync(new URL('../../../biome.json', import.meta.url), 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Whether the rules allow a file at this place to import this. */
function allows(place: string, imported: string): boolean {
  const file = join(folder, place);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `import { thing } from '${imported}';\n\nexport const used = thing;\n`);
  try {
    execFileSync(process.execPath, [biome, 'lint', file], { cwd: folder, stdio: 'pipe' });
    return true;
  } catch (error) {
    expect(String((error as { stderr: Buffer }).stderr)).toContain('noRestrictedImports');
    return false;
  } finally {
    rmSync(file);
  }
}

test.each([
  ['subgraphs/chat/src/use-cases/a.ts', '@souk/users'],
  ['subgraphs/chat/src/domain/a.ts', '@souk/users'],
  ['subgraphs/chat/src/persistence/a.ts', '@souk/users'],
  ['subgraphs/chat/test/a.ts', '@souk/users'],
  ['subgraphs/chat/src/use-cases/a.ts', '../../../users/src/index.ts'],
  ['subgraphs/chat/src/persistence/a.ts', '../../../users/src/persistence/client.ts'],
  ['subgraphs/chat/src/domain/a.ts', 'graphql'],
  ['subgraphs/chat/src/domain/a.ts', '@prisma/client'],
  ['subgraphs/chat/src/domain/a.ts', 'ioredis'],
  ['subgraphs/chat/src/domain/a.ts', '@souk/runtime/events'],
  ['subgraphs/chat/src/domain/a.ts', '@souk/runtime/persistence'],
  ['subgraphs/chat/src/domain/a.ts', '@souk/engine'],
  ['platform/runtime/src/domain/a.ts', 'graphql'],
  ['platform/runtime/src/subgraph/a.ts', '@souk/gateway'],
  ['subgraphs/chat/src/domain/a.ts', '../persistence/room-store.ts'],
  ['subgraphs/chat/src/use-cases/a.ts', '@prisma/client'],
  ['subgraphs/chat/src/resolvers/a.ts', '../__generated__/prisma/client.ts'],
  ['subgraphs/chat/src/persistence/a.ts', '../use-cases/send-message.ts'],
])('%s may not import %s', (place, imported) => {
  expect(allows(place, imported)).toBe(false);
});

test.each([
  ['subgraphs/chat/src/domain/a.ts', '@souk/runtime/domain'],
  ['subgraphs/chat/src/domain/a.ts', './room.ts'],
  ['subgraphs/chat/src/use-cases/a.ts', '@souk/runtime/events'],
  ['subgraphs/chat/src/use-cases/a.ts', '../domain/room.ts'],
  ['subgraphs/chat/src/persistence/a.ts', '../__generated__/prisma/client.ts'],
  ['local/src/a.ts', '@souk/users'],
])('%s may import %s', (place, imported) => {
  expect(allows(place, imported)).toBe(true);
});
