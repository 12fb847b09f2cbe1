import { isIdOf, scopesOf } from '@souk/runtime/domain';
import type { EmailMessageResolvers } from '../__generated__/resolvers.ts';

export const EmailMessage: EmailMessageResolvers = {
  /** For staff by this path too. */
  __resolveReference: ({ id }, { loaders, viewer }) =>
    isIdOf('eml', id) && scopesOf(viewer).has('mail:read') ? loaders.email.load(id) : null,
  /** What a mail server says may name its machines. */
  lastError: ({ lastError }, _, { viewer }) =>
    scopesOf(viewer).has('mail:read') ? lastError : null,
};
