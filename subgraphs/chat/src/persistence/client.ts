import { PrismaPg } from '@prisma/adapter-pg';
import { databasePool, openPool } from '@souk/runtime';
import { type Prisma, PrismaClient } from '../__generated__/prisma/client.ts';

/** A transaction, or the client itself where none is needed. */
export type Db = Prisma.TransactionClient;

export function createClient(
  databaseUrl: string,
  onStatement?: (sql: string) => void,
): PrismaClient {
  const adapter = new PrismaPg(openPool(databasePool(databaseUrl)), { disposeExternalPool: true });
  if (!onStatement) return new PrismaClient({ adapter });
  const client = new PrismaClient({ adapter, log: [{ emit: 'event', level: 'query' }] });
  client.$on('query', ({ query }) => onStatement(query));
  return client as unknown as PrismaClient;
}
