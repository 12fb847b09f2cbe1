import type { Consumer } from '@souk/runtime/events';
import { closeArchivedGroup } from './close-archived-group.ts';
import type { ConsumerDeps, ConsumerStores } from './define-consumer.ts';
import { leaveGroupsOfErasedPerson } from './leave-groups-of-erased-person.ts';
import { notifyDeciders } from './notify-deciders.ts';
import { rememberAddress } from './remember-address.ts';
import { rememberChangedPerson, rememberNewPerson } from './remember-person.ts';
import { revokeInvitesOfDemoted, revokeInvitesOfLeaver } from './revoke-unbacked-invites.ts';

/** What groups do about events, of others and of their own. */
export const createConsumers = (deps: ConsumerDeps): Consumer<ConsumerStores>[] => [
  rememberNewPerson,
  rememberChangedPerson,
  rememberAddress(deps),
  leaveGroupsOfErasedPerson(deps),
  notifyDeciders,
  revokeInvitesOfLeaver,
  revokeInvitesOfDemoted,
  closeArchivedGroup(deps),
];
