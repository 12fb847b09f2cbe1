import type { TransactionTools } from '@souk/runtime/events';
import type { Group } from '../domain/group.ts';
import type { JoinRequest } from '../domain/join-request.ts';
import type { Stores } from '../persistence/stores.ts';
import { announceJoinRequest } from './announce-join-request.ts';
import type { GroupsDeps } from './deps.ts';

export interface Closing {
  status: 'APPROVED' | 'DECLINED' | 'WITHDRAWN';
  /** Null when nobody decided: the person joined in another way, or withdrew it. */
  decidedBy?: string | null;
  note?: string | null;
}

/** Closes a pending request, and notifies its maker and those who can answer it. */
export async function closeJoinRequest(
  { clock }: Pick<GroupsDeps, 'clock'>,
  stores: Pick<Stores & TransactionTools, 'requests' | 'events'>,
  group: Pick<Group, 'id' | 'name'>,
  { id, userId }: JoinRequest,
  { status, decidedBy = null, note = null }: Closing,
): Promise<void> {
  await stores.requests.close(id, { status, decidedBy, decisionNote: note, decidedAt: clock() });
  await announceJoinRequest(stores, group, { id, userId, status });
}
