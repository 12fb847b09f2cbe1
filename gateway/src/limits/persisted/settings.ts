import { oneOf, optional, text } from '@souk/runtime/process';
import type { PersistedOptions } from './persisted-operations.ts';

/** The settings of a gateway process for operations that clients name instead of sending them. */
export const persistedSettings = {
  /** Clients may register operations by sending each once with its SHA-256. */
  automaticPersistedQueries: oneOf('APQ', ['off', 'on'], 'off'),
  /** Only operations of the manifest run, or all others are logged. */
  safelist: oneOf('SAFELIST', ['off', 'log', 'enforce'], 'off'),
  /** Watched, like the supergraph. */
  safelistManifest: optional(text('SAFELIST_MANIFEST', undefined, 'persisted-query-manifest.json')),
};

interface PersistedConfig {
  readonly automaticPersistedQueries: 'off' | 'on';
  readonly safelist: 'off' | 'log' | 'enforce';
  readonly safelistManifest: string | undefined;
}

/** Throws when the settings contradict each other. */
export function persistedOptionsOf(config: PersistedConfig): Omit<PersistedOptions, 'logger'> {
  const { safelist: mode, safelistManifest: manifestFile } = config;
  const automatic = config.automaticPersistedQueries === 'on';
  if (mode === 'off') return { automatic };
  if (manifestFile === undefined) throw new Error(`SAFELIST=${mode} needs SAFELIST_MANIFEST.`);
  return { automatic, safelist: { mode, manifestFile } };
}
