import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * `prisma generate` wants the native schema engine on disk, downloads it when it is absent, and then
 * does not use it. Where nobody brought that engine, any executable stands in for it, so generating
 * needs no network. An engine that is there, or was named by the user, is left alone.
 */
export function schemaEngineEnvironment(): Record<string, string> {
  if (process.env.PRISMA_SCHEMA_ENGINE_BINARY || hasNativeEngine()) return {};
  return { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath };
}

function hasNativeEngine(): boolean {
  const fromPrisma = createRequire(require.resolve('prisma/package.json'));
  const engines = dirname(fromPrisma.resolve('@prisma/engines/package.json'));
  return readdirSync(engines).some((name) => name.startsWith('schema-engine'));
}
