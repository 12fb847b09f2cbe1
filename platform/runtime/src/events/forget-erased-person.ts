import type { Erasure } from '../persistence/erase-person.ts';
import { type Consumer, defineConsumer } from './consumers.ts';
import type { TransactionTools } from './transaction.ts';

/**
 * What every subgraph does when an account is erased: it applies its rules one after the other, each in
 * parts. Repeating it changes nothing.
 */
export const forgetErasedPerson = <Stores extends TransactionTools>({
  rules,
}: Erasure): Consumer<Stores> =>
  defineConsumer<Stores>()({
    name: 'forget-erased-person',
    consumes: 'users.UserErased',
    handle: async ({ event: { userId }, sequence }, { eraseSome }, from = '0') => {
      const at = Number(from);
      const rule = rules[at];
      if (!rule) return;
      const isMore = await eraseSome(rule, { userId, sequence });
      return String(isMore ? at : at + 1);
    },
    // Whatever is wrong with one rule, what the others erase is erased.
    skip: async (_, __, from = '0') => String(Number(from) + 1),
  });
