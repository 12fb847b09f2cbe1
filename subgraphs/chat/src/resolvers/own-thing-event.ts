import { pairOf } from '@souk/runtime/domain';
import type { PayloadOf } from '@souk/runtime/events';
import type { StreamPlace } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import type { OwnThingEvent } from './models.ts';
import { findReport } from './Report.ts';

/**
 * What has changed among the viewer's private things, in its current state; null for things that are no
 * longer kept.
 */
export async function ownThingEvent(
  { kind, thingId, userId }: PayloadOf<'chat.OwnThingChanged'>,
  { cursor, occurredAt }: StreamPlace,
  context: Context,
): Promise<OwnThingEvent | null> {
  const { loaders, stores } = context;
  const place = { cursor, occurredAt };
  switch (kind) {
    case 'SAVED_MESSAGE': {
      const message = await loaders.message.load(thingId);
      return { __typename: 'SavedMessageChanged', ...place, messageId: thingId, message };
    }
    case 'REMINDER': {
      const [messageId = ''] = pairOf('rmd', thingId, ['msg', 'usr']) ?? [];
      const reminder = await stores.reminders.find(userId, messageId);
      return { __typename: 'ReminderChanged', ...place, reminderId: thingId, reminder };
    }
    case 'SCHEDULED_MESSAGE': {
      const [scheduled] = await stores.scheduledMessages.findMany([thingId]);
      return scheduled ? { __typename: 'ScheduledMessageChanged', ...place, scheduled } : null;
    }
    case 'REPORT': {
      const report = await findReport(thingId, context);
      return { __typename: 'ReportChanged', ...place, reportId: thingId, report };
    }
    case 'PRESENCE':
      return { __typename: 'ViewerPresenceChanged', ...place, viewer: { id: userId } };
  }
}

/** Whom the viewer has blocked or unblocked. */
export async function blockEvent(
  { userId, blockedUserId }: PayloadOf<'chat.BlockChanged'>,
  { cursor, occurredAt }: StreamPlace,
  { stores }: Context,
): Promise<OwnThingEvent> {
  const block = await stores.blocks.find(userId, blockedUserId);
  return { __typename: 'BlockChanged', cursor, occurredAt, userId: blockedUserId, block };
}
