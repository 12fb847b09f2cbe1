import type { Consumer } from '@souk/runtime/events';
import { closeArchivedGroup } from './close-archived-group.ts';
import { copyAddress } from './copy-addresses.ts';
import { copyMedia, forgetMedia } from './copy-media.ts';
import { copyChangedPerson, copyNewPerson } from './copy-people.ts';
import type { ConsumerDeps, ConsumerStores } from './define-consumer.ts';
import { leaveGroupsOfErasedPerson } from './leave-groups-of-erased-person.ts';
import { notifyDeciders } from './notify-deciders.ts';
import { revokeInvitesOfDemoted, revokeInvitesOfLeaver } from './revoke-unbacked-invites.ts';

/** The reactions of groups to events, of others and of its own. */
export const createConsumers = (deps: ConsumerDeps): Consumer<ConsumerStores>[] => [
  copyNewPerson,
  copyChangedPerson,
  copyAddress(deps),
  copyMedia,
  forgetMedia,
  leaveGroupsOfErasedPerson(deps),
  notifyDeciders,
  revokeInvitesOfLeaver,
  revokeInvitesOfDemoted,
  closeArchivedGroup(deps),
];
