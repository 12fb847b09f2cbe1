import { createQuotas, type Quotas } from '@souk/runtime/persistence';
import { type AuditStore, createAuditStore } from './audit-store.ts';
import { type BanStore, createBanStore } from './ban-store.ts';
import type { Db } from './client.ts';
import { createGroupStore, type GroupStore } from './group-store.ts';
import { createJoinRequestStore, type JoinRequestStore } from './join-request-store.ts';
import { createMemberLists, type MemberLists } from './member-lists.ts';
import { createMembershipStore, type MembershipStore } from './membership-store.ts';

export interface Stores {
  readonly groups: GroupStore;
  readonly members: MembershipStore;
  readonly memberLists: MemberLists;
  readonly bans: BanStore;
  readonly requests: JoinRequestStore;
  readonly audit: AuditStore;
  readonly quotas: Quotas;
}

export const storesOn = (db: Db): Stores => ({
  groups: createGroupStore(db),
  members: createMembershipStore(db),
  memberLists: createMemberLists(db),
  bans: createBanStore(db),
  requests: createJoinRequestStore(db),
  audit: createAuditStore(db),
  quotas: createQuotas(db),
});
