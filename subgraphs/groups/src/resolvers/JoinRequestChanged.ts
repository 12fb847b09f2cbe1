import type { JoinRequestChangedResolvers } from '../__generated__/resolvers.ts';
import { visibleJoinRequest } from './visible-join-request.ts';

export const JoinRequestChanged: JoinRequestChangedResolvers = {
  request: ({ requestId }, _, context) => visibleJoinRequest(requestId, context),
};
