import { inject } from 'vitest';

/** The real servers that one run of the tests shares. */
export interface TestServers {
  /** The server's own database, with the rights to create others. */
  readonly postgresUrl: string;
  /** Null where there is no Redis; the in-process backplane is then what can be tested. */
  readonly redisUrl: string | null;
}

declare module 'vitest' {
  interface ProvidedContext {
    soukTestServers: TestServers;
  }
}

/** @throws when the tests run without the global setup of the root's vitest.config.ts */
export function testServers(): TestServers {
  const servers = inject('soukTestServers');
  if (!servers) throw new Error('Run the tests from the root, so that its global setup applies.');
  return servers;
}
