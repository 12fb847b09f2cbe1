import { PrismaPg } from '@prisma/adapter-pg';
import { databasePool } from './database-pool.ts';
import { openPool } from './postgres-connections.ts';

interface StatementLog {
  $on(event: 'query', listener: (statement: { query: string }) => void): void;
}

type ClientOptions = {
  adapter: PrismaPg;
  log?: { emit: 'event'; level: 'query' }[];
};

/**
 * How a subgraph opens its one database client, given the class that was generated from its own
 * Prisma schema; `onStatement` is called with each SQL statement.
 */
export const openPrisma =
  <Client>(Generated: new (options: ClientOptions) => Client) =>
  (databaseUrl: string, onStatement?: (sql: string) => void): Client => {
    const adapter = new PrismaPg(openPool(databasePool(databaseUrl)), {
      disposeExternalPool: true,
    });
    if (!onStatement) return new Generated({ adapter });
    const client = new Generated({ adapter, log: [{ emit: 'event', level: 'query' }] });
    (client as StatementLog).$on('query', ({ query }) => onStatement(query));
    return client;
  };
