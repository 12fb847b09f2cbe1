import { openPrisma } from '@souk/runtime/persistence';
import { type Prisma, PrismaClient } from '../__generated__/prisma/client.ts';

/** A transaction, or the client itself where none is needed: stores work on both. */
export type Db = Prisma.TransactionClient;

/** Opens the subgraph's one database client; `onStatement` is called with each SQL statement. */
export const createClient = openPrisma(PrismaClient);
