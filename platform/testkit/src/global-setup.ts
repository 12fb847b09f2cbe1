import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, startTemporaryPostgres } from '@souk/embedded';
import type { TestProject } from 'vitest/node';
import type {} from './test-servers.ts';

/**
 * One PostgreSQL and, where there is one, one Redis for the whole run, and nothing of either left after it.
 * `SOUK_REQUIRE_REDIS=1` makes a missing Redis a failure instead of fewer tests.
 */
export default async function startTestServers(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  // Each part of Souk is a project, for which this is called, too; what the root provides all of them have.
  if (!project.isRootProject()) return;
  const folder = mkdtempSync(join(tmpdir(), 'souk-redis-'));
  const [postgres, redis] = await Promise.all([
    startTemporaryPostgres({ inMemory: !isSoak(project), bySocket: true }),
    findRedis({ dataDir: folder }),
  ]);
  const stop = async () => {
    await Promise.all([postgres.stop(), redis?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  if (!redis && process.env.SOUK_REQUIRE_REDIS === '1') {
    await stop();
    throw new Error(
      'SOUK_REQUIRE_REDIS=1, but there is no REDIS_URL and no redis-server on the PATH.',
    );
  }
  project.provide('soukTestServers', {
    postgresUrl: postgres.urlFor('postgres'),
    redisUrl: redis?.url ?? null,
  });
  return stop;
}

/** A soak fills databases with more than memory is for. Where no `env` is configured, there is none. */
const isSoak = ({ config }: TestProject) =>
  config.env?.SOUK_SOAK === '1' || process.env.GROWTH_ROWS !== undefined;
