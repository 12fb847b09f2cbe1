import { PrismaPg } from '@prisma/adapter-pg';
import { databasePool, openPool } from '@souk/runtime';
import { PrismaClient } from '../__generated__/prisma/client.ts';

/** The subgraph's one database client; `onStatement` is told each SQL statement. */
export function createClient(databaseUrl: string, onStatement?: (sql: string) => void) {
  const adapter = new PrismaPg(openPool(databasePool(databaseUrl)), { disposeExternalPool: true });
  if (!onStatement) return new PrismaClient({ adapter });
  const client = new PrismaClient({ adapter, log: [{ emit: 'event', level: 'query' }] });
  client.$on('query', ({ query }) => onStatement(query));
  return client as unknown as PrismaClient;
}
