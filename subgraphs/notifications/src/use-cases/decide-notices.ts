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

/** What to decide: some notices of a person, on a channel. */
export interface NoticesToDecide {
  userId: string;
  channel: Channel;
  notificationIds: readonly string[];
  /** Whether there is an address, or a device. */
  reach: DeliveryFacts['reach'];
  /** Since when it has waited because the person is present; null if it does not. */
  attentiveSince: Date | null;
  /** Until when no other mail is sent about what a notice belongs to; null if one may be sent. */
  mailedUntil?: (notice: NoticeToSend) => Date | null;
}

export interface DecidedNotice extends Decision {
  notice: NoticeToSend;
  /** When to ask again about what waits. */
  until: Date | null;
}

/** A person who has been attentive for this long and reads nothing does not want to. */
const LONGEST_WAIT_MS = 24 * 3_600_000;
/** How long to wait before asking again about a person who is looking. */
const LOOK_AGAIN_MS = 60_000;

/** Decides about notices whose delay is over, by the state at this moment. */
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
  /** A person who stops watching, or names other channels, no longer wants what is waiting either. */
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
    /**
     * The facts that apply whoever requested it; the others do not matter to somebody who tests a channel:
     * they are present and want it now.
     */
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

/** The facts about a room for a person, or about no room. */
interface RoomFacts {
  standing: Standing;
  preference: RoomPreference | null;
  activity: Activity;
}

/** The facts about the rooms of these notices. */
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

/** A notice of a room whose message was deleted no longer shows one. */
const isDeleted = ({ roomId, messageId, dismissedAt }: NoticeToSend): boolean =>
  roomId !== null && messageId === null && dismissedAt !== null;
