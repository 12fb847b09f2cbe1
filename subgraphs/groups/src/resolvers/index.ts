import type { Resolvers } from '../__generated__/resolvers.ts';
import { Group } from './Group.ts';
import { GroupBan } from './GroupBan.ts';
import { GroupBanConnection } from './GroupBanConnection.ts';
import { GroupConnection } from './GroupConnection.ts';
import { GroupMember } from './GroupMember.ts';
import { GroupMemberConnection } from './GroupMemberConnection.ts';
import { MemberLeft } from './MemberLeft.ts';
import { Mutation } from './Mutation.ts';
import { Query } from './Query.ts';
import { Subscription } from './Subscription.ts';
import { User } from './User.ts';
import { Viewer } from './Viewer.ts';

export const resolvers: Resolvers = {
  Group,
  GroupBan,
  GroupBanConnection,
  GroupConnection,
  GroupMember,
  GroupMemberConnection,
  MemberLeft,
  Mutation,
  Query,
  Subscription,
  User,
  Viewer,
};
