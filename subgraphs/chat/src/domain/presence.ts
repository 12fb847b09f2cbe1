import { badInput, checkAll, checkEach, emojiOf } from '@souk/runtime/domain';

export type PresenceStatus = 'ONLINE' | 'IDLE' | 'DO_NOT_DISTURB' | 'OFFLINE';
export type ChosenStatus = 'IDLE' | 'DO_NOT_DISTURB';

/** What a person decided about how others see them. */
export interface PresenceSettings {
  userId: string;
  chosenStatus: ChosenStatus | null;
  invisible: boolean;
  statusText: string | null;
  statusEmoji: string | null;
  statusExpiresAt: Date | null;
  shareLastActive: boolean;
  sendReadReceipts: boolean;
  sendTyping: boolean;
  /** The last activity that was reported, used when no connection is left to ask. */
  lastActiveAt: Date | null;
}

export const defaultPresenceSettings = (userId: string): PresenceSettings => ({
  userId,
  chosenStatus: null,
  invisible: false,
  statusText: null,
  statusEmoji: null,
  statusExpiresAt: null,
  shareLastActive: true,
  sendReadReceipts: true,
  sendTyping: true,
  lastActiveAt: null,
});

/** What their connections report: null when there is none. */
export interface Connectedness {
  lastActiveAt: Date | null;
}

export interface Presence {
  status: PresenceStatus;
  lastActiveAt: Date | null;
  statusText: string | null;
  statusEmoji: string | null;
  statusExpiresAt: Date | null;
}

/** Comparable services use similar times: Zulip becomes idle after about 5 minutes. */
export const IDLE_AFTER_MS = 5 * 60_000;

const isExpired = ({ statusExpiresAt }: PresenceSettings, now: Date) =>
  statusExpiresAt !== null && statusExpiresAt <= now;

/** How somebody would appear if they were visible. */
export function actualStatus(
  settings: PresenceSettings,
  connected: Connectedness | null,
  now: Date,
): PresenceStatus {
  if (!connected) return 'OFFLINE';
  if (settings.chosenStatus && !isExpired(settings, now)) return settings.chosenStatus;
  const idleAt = idleTime(connected);
  return idleAt !== null && idleAt <= now ? 'IDLE' : 'ONLINE';
}

const idleTime = ({ lastActiveAt }: Connectedness) =>
  lastActiveAt && new Date(lastActiveAt.getTime() + IDLE_AFTER_MS);

/**
 * An invisible user looks like one who went offline at the moment they became invisible: nothing they do
 * afterwards is shown to anybody, and what was shown before stays, since its disappearance would be visible
 * as well.
 */
export const sharesReading = ({ invisible, sendReadReceipts }: PresenceSettings): boolean =>
  sendReadReceipts && !invisible;

export const sharesTyping = ({ invisible, sendTyping }: PresenceSettings): boolean =>
  sendTyping && !invisible;

/** How others see somebody. */
export function visiblePresence(
  settings: PresenceSettings,
  connected: Connectedness | null,
  now: Date,
): Presence {
  const expired = isExpired(settings, now);
  // Activity of invisible people is not stored, so what is shown is from before.
  const seen = settings.invisible ? null : connected;
  return {
    status: actualStatus(settings, seen, now),
    lastActiveAt: settings.shareLastActive
      ? latest(seen?.lastActiveAt ?? null, settings.lastActiveAt)
      : null,
    statusText: expired ? null : settings.statusText,
    statusEmoji: expired ? null : settings.statusEmoji,
    statusExpiresAt: expired ? null : settings.statusExpiresAt,
  };
}

const latest = (a: Date | null, b: Date | null) => (a && b ? (a > b ? a : b) : (a ?? b));

/** When the presence changes next without anybody doing anything; null when it does not. */
export function nextChangeAt(
  settings: PresenceSettings,
  connected: Connectedness | null,
  now: Date,
): Date | null {
  const seen = settings.invisible ? null : connected;
  const moments = [settings.statusExpiresAt, seen && idleTime(seen)];
  const ahead = moments.filter((moment): moment is Date => moment !== null && moment > now);
  return ahead.length === 0 ? null : new Date(Math.min(...ahead.map(Number)));
}

/** To appear offline, people become invisible. */
export type ChosenPresence = Exclude<PresenceStatus, 'OFFLINE'>;

/** The requested change; undefined fields stay as they are. */
export interface PresenceChange {
  status?: ChosenPresence | null | undefined;
  invisible?: boolean | null | undefined;
  statusText?: string | null | undefined;
  statusEmoji?: string | null | undefined;
  statusExpiresAt?: Date | null | undefined;
  shareLastActive?: boolean | null | undefined;
  sendReadReceipts?: boolean | null | undefined;
  sendTyping?: boolean | null | undefined;
}

/** The checks of a change that do not depend on the time. */
export function assertPresenceChange({ statusEmoji }: PresenceChange): void {
  if (statusEmoji && emojiOf(statusEmoji) === null) {
    throw badInput('Give one emoji.', ['input', 'statusEmoji']);
  }
}

export function changePresence(
  settings: PresenceSettings,
  change: PresenceChange,
  now: Date,
): PresenceSettings {
  checkAll({
    form: () => assertPresenceChange(change),
    end: () => {
      if (change.statusExpiresAt && change.statusExpiresAt <= now) {
        throw badInput('The end of a status must be in the future.', ['input', 'statusExpiresAt']);
      }
    },
    unseen: () => {
      if (settings.invisible && change.invisible !== false) assertStatusStays(settings, change);
    },
  });
  const kept = isExpired(settings, now)
    ? {
        ...settings,
        chosenStatus: null,
        statusText: null,
        statusEmoji: null,
        statusExpiresAt: null,
      }
    : settings;
  const invisible = change.invisible ?? kept.invisible;
  return {
    ...kept,
    // A user who becomes visible again was last seen now, not when they were last active unseen.
    lastActiveAt: settings.invisible && !invisible ? now : kept.lastActiveAt,
    chosenStatus: change.status == null ? kept.chosenStatus : chosenBy(change.status),
    invisible,
    statusText: change.statusText === undefined ? kept.statusText : change.statusText,
    statusEmoji:
      change.statusEmoji === undefined ? kept.statusEmoji : shownEmoji(change.statusEmoji),
    statusExpiresAt:
      change.statusExpiresAt === undefined ? kept.statusExpiresAt : change.statusExpiresAt,
    shareLastActive: change.shareLastActive ?? kept.shareLastActive,
    sendReadReceipts: change.sendReadReceipts ?? kept.sendReadReceipts,
    sendTyping: change.sendTyping ?? kept.sendTyping,
  };
}

/** A new status is seen by all, and would reveal that somebody invisible is online after all. */
const assertStatusStays = (settings: PresenceSettings, change: PresenceChange) =>
  checkEach(['statusText', 'statusEmoji', 'statusExpiresAt'] as const, (field) => {
    const wanted = change[field];
    if (wanted === undefined || wanted?.valueOf() === settings[field]?.valueOf()) return;
    throw badInput('Your status cannot be changed while you are invisible.', ['input', field]);
  });

/** Online is the default. */
const chosenBy = (status: ChosenPresence): ChosenStatus | null =>
  status === 'ONLINE' ? null : status;

const shownEmoji = (given: string | null): string | null =>
  given === null ? null : emojiOf(given);
