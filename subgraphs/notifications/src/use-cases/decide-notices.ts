import { type Activity, attention } from '@souk/runtime/domain';
import { type Decision, type DeliveryFacts, decideDelivery } from '../domain/delivery-rules.ts';
import { type Channel, channelsOf, isTest } from '../domain/notification.ts';
import { DEFAULT_SETTINGS, isOn, type PreferenceSettings } from '../domain/preferences.ts';
import { quietUntil } from '../domain/quiet-hours.ts';
import { isMuted, type RoomPreference, wantsKind } from '../domain/room-preference.ts';
import { SOMETHING_NEW } from '../domain/something-new.ts';
import { watchOf, watchWants } from '../domain/watch.ts';
import type { NoticeToSend } from '../persistence/notification-store.ts';
import type { Standing } from '../persistence/room-store.ts';
import type { DecideDeps } from './deps.ts';
import { lostRights } from './lost-rights.ts';

/** What is to be decided: some notices of a person, on a channel. */
export interface NoticesToDecide {
  userId: string;
  channel: Channel;
  notificationIds: readonly string[];
  /** Whether there is an address, or a device. */
  reach: DeliveryFacts['reach'];
  /** Since when it waits for somebody who is there; null when it does not. */
  attentiveSince: Date | null;
  /** Until when no other mail goes out of what a notice is of; null when one may. */
  mailedUntil?: (notice: NoticeToSend) => Date | null;
}

export interface DecidedNotice extends Decision {
  notice: NoticeToSend;
  /** When to ask again, of what waits. */
  until: Date | null;
}

/** Somebody who is attentive for so long and reads nothing does not want to. */
const LONGEST_WAIT_MS = 24 * 3_600_000;
/** Until somebody who is looking is asked about again. */
const LOOK_AGAIN_MS = 60_000;

/** What becomes of notices whose delay is over, as everything is at this moment. */
export async function decideNotices(
  { stores, activity, clock }: DecideDeps,
  asked: NoticesToDecide,
): Promise<DecidedNotice[]> {
  const { userId, channel, notificationIds } = asked;
  const notices = await stores.notifications.findToSend(userId, notificationIds);
  const [preferences] = await stores.preferences.of([userId]);
  const settings: PreferenceSettings = preferences ?? DEFAULT_SETTINGS;
  const mailed =
    channel === 'EMAIL' ? await stores.deliveries.mailedAmong(notificationIds) : new Set();
  const authors = notices.flatMap(({ actorId }) => (actorId === null ? [] : [actorId]));
  const blocked = await stores.blocks.blockedBy(userId, authors);
  const watched = notices.flatMap(({ subject }) => watchOf(subject)?.entityId ?? []);
  const watches = watched.length > 0 ? await stores.watches.findOwn(userId, watched) : [];
  /** Who unwatches it, or names other channels, wants what waits no more either. */
  const isChosen = ({ subject }: NoticeToSend) => {
    const of = watchOf(subject);
    const watch = watches.find(({ entityId }) => entityId === of?.entityId);
    return of === null || watchWants(watch ?? null, of.event, channel);
  };
  const hasNoRight = await lostRights(stores, userId, notices);
  const now = clock();
  const quiet = quietUntil(settings.quietPeriods, settings.timeZone, now);
  const paused = settings.pausedUntil && settings.pausedUntil > now ? settings.pausedUntil : null;
  const isOff = ({ kind }: NoticeToSend) =>
    !channelsOf(kind).includes(channel) ||
    (channel === 'EMAIL' && settings.digest === 'NEVER') ||
    !isOn(preferences?.rules ?? [], kind, channel);
  const factsOf = await roomFacts({ stores, activity }, userId, notices);
  return notices.map((notice) => {
    const { roomId, snoozedUntil } = notice;
    const { standing, preference, activity } = factsOf(roomId);
    const isAttentive = attention(activity, now) === 'ATTENTIVE';
    const since = asked.attentiveSince ?? now;
    const isTooLong = now.getTime() - since.getTime() >= LONGEST_WAIT_MS;
    const until = asked.mailedUntil?.(notice) ?? null;
    const mailedUntil = until && until > now ? until : null;
    /** What is so of it whoever asked for it; the rest is nothing to who tries a channel, who is there and wants it now. */
    const facts: DeliveryFacts = {
      ...{ ...SOMETHING_NEW, due: true, reach: asked.reach },
      gone: goneOf(notice, {
        standing,
        hasNoRight: hasNoRight(notice),
        isBlocked: blocked.has(notice.actorId ?? ''),
      }),
      read: notice.readAt !== null || notice.dismissedAt !== null,
    };
    const ofPerson: Partial<DeliveryFacts> = {
      wanted: !isOff(notice),
      chosen: isChosen(notice),
      muted: preference !== null && isMuted(preference, now),
      level: preference === null || isWanted(preference, notice),
      snoozed: snoozedUntil !== null && snoozedUntil > now,
      paused: paused !== null,
      quiet: quiet !== null,
      attention: isAttentive ? (isTooLong ? 'TOO_LONG' : 'ATTENTIVE') : 'AWAY',
      mailed: mailed.has(notice.id) ? 'UNREAD' : mailedUntil ? 'THIS_HOUR' : 'NO',
    };
    const decision = decideDelivery(channel, isTest(notice) ? facts : { ...facts, ...ofPerson });
    const waits: Partial<Record<string, Date | null>> = {
      SNOOZED: snoozedUntil,
      PAUSED: paused,
      QUIET_HOURS: quiet,
      RATE_LIMITED: mailedUntil,
    };
    const again = waits[decision.reason ?? ''] ?? new Date(now.getTime() + LOOK_AGAIN_MS);
    return { ...decision, notice, until: decision.outcome === 'WAIT' ? again : null };
  });
}

/** What is so of a room for somebody, or of no room. */
interface RoomFacts {
  standing: Standing;
  preference: RoomPreference | null;
  activity: Activity;
}

/** What is so of the rooms of these notices, and of none. */
async function roomFacts(
  { stores, activity }: Pick<DecideDeps, 'stores' | 'activity'>,
  userId: string,
  notices: readonly NoticeToSend[],
): Promise<(roomId: string | null) => RoomFacts> {
  const roomIds = [...new Set(notices.flatMap(({ roomId }) => roomId ?? []))];
  const standings = await stores.rooms.standingsOf(userId, roomIds);
  const preferences = await stores.roomPreferences.ofPerson(userId, roomIds);
  const recent = await Promise.all(
    [null, ...roomIds].map(async (roomId) => [roomId, await activity.of(userId, roomId)] as const),
  );
  const activities = new Map(recent);
  return (roomId) => ({
    standing: roomId === null ? 'IN' : (standings.get(roomId) ?? 'LEFT'),
    preference: (roomId === null ? null : preferences.get(roomId)) ?? null,
    activity: activities.get(roomId) as Activity,
  });
}

const goneOf = (
  notice: NoticeToSend,
  of: { standing: Standing; hasNoRight: boolean; isBlocked: boolean },
): DeliveryFacts['gone'] => {
  const { standing, hasNoRight, isBlocked } = of;
  if (isDeleted(notice)) return 'DELETED';
  if (standing !== 'IN') return standing;
  if (hasNoRight) return 'RIGHTS_LOST';
  return isBlocked ? 'BLOCKED' : 'NO';
};

const isWanted = ({ notify }: RoomPreference, { kind }: NoticeToSend): boolean =>
  (kind !== 'MESSAGE' && kind !== 'MENTION' && kind !== 'REPLY') || wantsKind(notify, kind);

/** A notice of a room whose message was taken back shows none any more. */
const isDeleted = ({ roomId, messageId, dismissedAt }: NoticeToSend): boolean =>
  roomId !== null && messageId === null && dismissedAt !== null;
