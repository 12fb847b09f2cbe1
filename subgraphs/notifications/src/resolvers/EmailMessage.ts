import { isIdOf, scopesOf } from '@souk/runtime/domain';
import type { EmailMessageResolvers } from '../__generated__/resolvers.ts';

export const EmailMessage: EmailMessageResolvers = {
  /** Only for staff, on this path too. */
  __resolveReference: ({ id }, { loaders, viewer }) =>
    isIdOf('eml', id) && scopesOf(viewer).has('mail:read') ? loaders.email.load(id) : null,
  /** The answer of a mail server may contain the names of its machines. */
  lastError: ({ lastError }, _, { viewer }) =>
    scopesOf(viewer).has('mail:read') ? lastError : null,
};
