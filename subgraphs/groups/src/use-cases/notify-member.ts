import { type PayloadOf, type TransactionTools, userStream } from '@souk/runtime/events';

/** Tells a person what changed between them and a group, on all their devices. */
export const notifyMember = async (
  { events }: Pick<TransactionTools, 'events'>,
  payload: PayloadOf<'groups.MembershipChanged'>,
): Promise<void> => {
  const stream = userStream(payload.userId);
  await events.append({ type: 'groups.MembershipChanged', stream, payload });
};
