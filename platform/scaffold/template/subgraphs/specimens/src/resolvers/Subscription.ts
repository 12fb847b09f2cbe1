import { isIdOf, notFound } from '@souk/runtime/domain';
import { streamSubscription } from '@souk/runtime/subgraph';
import type {
  SubscriptionResolvers,
  SubscriptionSpecimenEventsArgs,
} from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { specimensStream } from '../domain/specimen.ts';
import type { SpecimenCreatedModel } from './models.ts';

export const Subscription: SubscriptionResolvers = {
  specimenEvents: streamSubscription(
    ({ authorId }: SubscriptionSpecimenEventsArgs, context: Context) => {
      if (!isIdOf('usr', authorId)) throw notFound('User', ['authorId']);
      return {
        stream: specimensStream(authorId),
        show: async ({ type, payload }, place): Promise<SpecimenCreatedModel | null> => {
          if (type !== 'specimens.SpecimenCreated') return null;
          const specimen = await context.loaders.specimen.load(payload.specimenId);
          return specimen && { __typename: 'SpecimenCreated', ...place, specimen };
        },
      };
    },
  ),
};
