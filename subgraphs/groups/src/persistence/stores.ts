import { createQuotas, type Quotas } from '@souk/runtime/persistence';
import { type AddressStore, createAddressStore } from './address-store.ts';
import { type AuditStore, createAuditStore } from './audit-store.ts';
import { type BanStore, createBanStore } from './ban-store.ts';
import type { Db } from './client.ts';
import { createGroupStore, type GroupStore } from './group-store.ts';
import { createInviteStore, type InviteStore } from './invite-store.ts';
import { createJoinRequestStore, type JoinRequestStore } from './join-request-store.ts';
import { createKnownUserStore, type KnownUserStore } from './known-user-store.ts';
import { createMemberLists, type MemberLists } from './member-lists.ts';
import { createMembershipStore, type MembershipStore } from './membership-store.ts';

export interface Stores {
  readonly groups: GroupStore;
  readonly members: MembershipStore;
  readonly memberLists: MemberLists;
  readonly bans: BanStore;
  readonly invites: InviteStore;
  readonly users: KnownUserStore;
  readonly addresses: AddressStore;
  readonly requests: JoinRequestStore;
  readonly audit: AuditStore;
  readonly quotas: Quotas;
}

export const storesOn = (db: Db): Stores => ({
  groups: createGroupStore(db),
  members: createMembershipStore(db),
  memberLists: createMemberLists(db),
  bans: createBanStore(db),
  invites: createInviteStore(db),
  users: createKnownUserStore(db),
  addresses: createAddressStore(db),
  requests: createJoinRequestStore(db),
  audit: createAuditStore(db),
  quotas: createQuotas(db),
});
