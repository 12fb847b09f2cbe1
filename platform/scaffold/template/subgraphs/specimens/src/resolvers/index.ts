import type { Resolvers } from '../__generated__/resolvers.ts';
import { Mutation } from './Mutation.ts';
import { Query } from './Query.ts';
import { Specimen } from './Specimen.ts';
import { Subscription } from './Subscription.ts';

export const resolvers: Resolvers = { Mutation, Query, Specimen, Subscription };
