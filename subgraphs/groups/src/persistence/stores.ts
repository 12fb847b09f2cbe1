import { type AuditStore, createAuditStore } from './audit-store.ts';
import type { PrismaExecutor } from './client.ts';
import { createGroupStore, type GroupStore } from './group-store.ts';
import { createMemberLists, type MemberLists } from './member-lists.ts';
import { createMembershipStore, type MembershipStore } from './membership-store.ts';

export interface Stores {
  readonly groups: GroupStore;
  readonly members: MembershipStore;
  readonly memberLists: MemberLists;
  readonly audit: AuditStore;
}

export const storesOn = (db: PrismaExecutor): Stores => ({
  groups: createGroupStore(db),
  members: createMembershipStore(db),
  memberLists: createMemberLists(db),
  audit: createAuditStore(db),
});
