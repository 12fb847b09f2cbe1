import type { PrismaExecutor } from './client.ts';

export interface Customer {
  id: string;
  username: string;
  displayName: string;
  email: string;
  locale: string | null;
}

/** Our copy of who may buy. */
export interface CustomerStore {
  find(id: string): Promise<Customer | null>;
  save(customer: Customer): Promise<void>;
}

export const createCustomerStore = (db: PrismaExecutor): CustomerStore => ({
  find: (id) => db.customer.findUnique({ where: { id } }),
  save: async ({ id, ...data }) => {
    await db.customer.upsert({ where: { id }, create: { id, ...data }, update: data });
  },
});
