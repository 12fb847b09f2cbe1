import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type * as Engine from '@prisma/schema-engine-wasm/schema_engine_bg';

/** The part used here: neither the ES library nor Node's types of this version declare it. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

/** Everything in the database is ours to compare: nothing is managed by somebody else. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

export type SchemaEngine = Engine.SchemaEngine;

let loading: Promise<typeof Engine> | undefined;

/**
 * Prisma's schema engine, compiled to WebAssembly, on one database. Compiling it takes a tenth of a
 * second and happens once per process, on first use: most starts have nothing to migrate.
 */
export async function createSchemaEngine(
  database: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  loading ??= loadEngine();
  const { SchemaEngine } = await loading;
  const ignoreLog = () => {};
  const adapter = bindMigrationAwareSqlAdapterFactory(database);
  return SchemaEngine.new({ datamodels: undefined }, ignoreLog, adapter);
}

/** What `schema_engine.js` does for bundlers that import WebAssembly, which Node 20 does not. */
async function loadEngine(): Promise<typeof Engine> {
  const require = createRequire(import.meta.url);
  const glue = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const engine = (await import(pathToFileURL(glue).href)) as typeof Engine;
  const wasm = readFileSync(glue.replace(/\.js$/, '.wasm'));
  const imports = { './schema_engine_bg.js': withoutLingeringTimers(engine) };
  const { instance } = await WebAssembly.instantiate(wasm, imports);
  // The engine says there why it traps; the trap itself only says "unreachable".
  const set_message = (message: string) => console.error(`Prisma's schema engine: ${message}`);
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message } });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return engine;
}

/**
 * The engine starts a timer of ten seconds for its lock and never clears it; that must not keep a
 * process alive whose work is done.
 */
function withoutLingeringTimers(engine: typeof Engine): Record<string, unknown> {
  const imports: Record<string, unknown> = { ...engine };
  for (const name of Object.keys(imports)) {
    if (!name.startsWith('__wbg_setTimeout')) continue;
    imports[name] = (run: () => void, ms: number) => setTimeout(run, ms >>> 0).unref();
  }
  return imports;
}
