import { PrismaPg } from '@prisma/adapter-pg';
import { databasePool, openPool } from '@souk/runtime';
import { type Prisma, PrismaClient } from '../__generated__/prisma/client.ts';

/** A transaction, or the client itself: stores work on both. */
export type PrismaExecutor = Prisma.TransactionClient;

export function createClient(databaseUrl: string, onStatement?: (sql: string) => void) {
  const client = new PrismaClient({
    adapter: new PrismaPg(openPool(databasePool(databaseUrl)), { disposeExternalPool: true }),
    log: onStatement ? [{ emit: 'event', level: 'query' }] : [],
  });
  if (onStatement) client.$on('query', ({ query }) => onStatement(query));
  return client;
}
