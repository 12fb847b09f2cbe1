import type { Resolvers } from '../__generated__/resolvers.ts';
import { Group } from './Group.ts';
import { GroupAuditEntry } from './GroupAuditEntry.ts';
import { GroupBan } from './GroupBan.ts';
import { GroupBanConnection } from './GroupBanConnection.ts';
import { GroupConnection } from './GroupConnection.ts';
import { GroupInvite } from './GroupInvite.ts';
import { GroupMember } from './GroupMember.ts';
import { GroupMemberConnection } from './GroupMemberConnection.ts';
import { GroupPreview } from './GroupPreview.ts';
import { InviteChanged } from './InviteChanged.ts';
import { InviteReceived } from './InviteReceived.ts';
import { JoinRequest } from './JoinRequest.ts';
import { JoinRequestChanged } from './JoinRequestChanged.ts';
import { JoinRequestConnection } from './JoinRequestConnection.ts';
import { MemberLeft } from './MemberLeft.ts';
import { MembershipChanged } from './MembershipChanged.ts';
import { Mutation } from './Mutation.ts';
import { Query } from './Query.ts';
import { Subscription } from './Subscription.ts';
import { User } from './User.ts';
import { Viewer } from './Viewer.ts';

export const resolvers: Resolvers = {
  Group,
  GroupAuditEntry,
  GroupBan,
  GroupBanConnection,
  GroupConnection,
  GroupInvite,
  GroupMember,
  GroupMemberConnection,
  GroupPreview,
  InviteChanged,
  InviteReceived,
  JoinRequest,
  JoinRequestChanged,
  JoinRequestConnection,
  MemberLeft,
  MembershipChanged,
  Mutation,
  Query,
  Subscription,
  User,
  Viewer,
};
