import {
  createKnownMedia,
  createQuotas,
  defineStores,
  type StoresOf,
} from '@souk/runtime/persistence';
import { createAddressStore } from './address-store.ts';
import { createAuditStore } from './audit-store.ts';
import { createBanStore } from './ban-store.ts';
import type { Db } from './client.ts';
import { createGroupStore } from './group-store.ts';
import { createInviteStore } from './invite-store.ts';
import { createJoinRequestStore } from './join-request-store.ts';
import { createKnownUserStore } from './known-user-store.ts';
import { createMemberLists } from './member-lists.ts';
import { createMembershipStore } from './membership-store.ts';

/** Everything this subgraph reads and writes, on one transaction or on the client itself. */
export type Stores = StoresOf<typeof storesOn>;

export const storesOn = defineStores<Db>()({
  groups: createGroupStore,
  members: createMembershipStore,
  memberLists: createMemberLists,
  bans: createBanStore,
  invites: createInviteStore,
  users: createKnownUserStore,
  addresses: createAddressStore,
  requests: createJoinRequestStore,
  audit: createAuditStore,
  media: createKnownMedia,
  quotas: createQuotas,
});
