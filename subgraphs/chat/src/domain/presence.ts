import { badInput } from '@souk/runtime/domain';
import { assertLength } from './text.ts';

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
  /** The last activity we were told of, for when no connection is left to ask. */
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

/** What their connections say: null when there is none. */
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

/** Minutes without activity are usual elsewhere too: Zulip goes idle after about 5. */
export const IDLE_AFTER_MS = 5 * 60_000;

const isExpired = ({ statusExpiresAt }: PresenceSettings, now: Date) =>
  statusExpiresAt !== null && statusExpiresAt <= now;

/** How somebody would be seen if they were visible. */
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

/** How others see somebody. */
export function visiblePresence(
  settings: PresenceSettings,
  connected: Connectedness | null,
  now: Date,
): Presence {
  const expired = isExpired(settings, now);
  const lastActiveAt = latest(connected?.lastActiveAt ?? null, settings.lastActiveAt);
  // Who is invisible shows no activity either: that would say "here, but hiding".
  const sharesActivity = settings.shareLastActive && !settings.invisible;
  return {
    status: settings.invisible ? 'OFFLINE' : actualStatus(settings, connected, now),
    lastActiveAt: sharesActivity ? lastActiveAt : null,
    statusText: expired ? null : settings.statusText,
    statusEmoji: expired ? null : settings.statusEmoji,
    statusExpiresAt: expired ? null : settings.statusExpiresAt,
  };
}

const latest = (a: Date | null, b: Date | null) => (a && b ? (a > b ? a : b) : (a ?? b));

/** When the presence changes next although nobody does anything; null when it does not. */
export function nextChangeAt(
  settings: PresenceSettings,
  connected: Connectedness | null,
  now: Date,
): Date | null {
  const moments = [settings.statusExpiresAt, connected && idleTime(connected)];
  const ahead = moments.filter((moment): moment is Date => moment !== null && moment > now);
  return ahead.length === 0 ? null : new Date(Math.min(...ahead.map(Number)));
}

/** What a person asks to change; what is undefined stays. */
export interface PresenceChange {
  status?: PresenceStatus | null | undefined;
  invisible?: boolean | null | undefined;
  statusText?: string | null | undefined;
  statusEmoji?: string | null | undefined;
  statusExpiresAt?: Date | null | undefined;
  shareLastActive?: boolean | null | undefined;
  sendReadReceipts?: boolean | null | undefined;
  sendTyping?: boolean | null | undefined;
}

export function changePresence(
  settings: PresenceSettings,
  change: PresenceChange,
  now: Date,
): PresenceSettings {
  if (change.status === 'OFFLINE') {
    throw badInput('To look offline, be invisible.', ['input', 'status']);
  }
  if (change.statusText)
    assertLength(change.statusText, { max: 100, path: ['input', 'statusText'] });
  if (change.statusEmoji) assertEmoji(change.statusEmoji);
  if (change.statusExpiresAt && change.statusExpiresAt <= now) {
    throw badInput('The end of a status must lie ahead.', ['input', 'statusExpiresAt']);
  }
  const kept = isExpired(settings, now)
    ? {
        ...settings,
        chosenStatus: null,
        statusText: null,
        statusEmoji: null,
        statusExpiresAt: null,
      }
    : settings;
  return {
    ...kept,
    chosenStatus:
      change.status == null ? kept.chosenStatus : change.status === 'ONLINE' ? null : change.status,
    invisible: change.invisible ?? kept.invisible,
    statusText: change.statusText === undefined ? kept.statusText : change.statusText || null,
    statusEmoji: change.statusEmoji === undefined ? kept.statusEmoji : change.statusEmoji || null,
    statusExpiresAt:
      change.statusExpiresAt === undefined ? kept.statusExpiresAt : change.statusExpiresAt,
    shareLastActive: change.shareLastActive ?? kept.shareLastActive,
    sendReadReceipts: change.sendReadReceipts ?? kept.sendReadReceipts,
    sendTyping: change.sendTyping ?? kept.sendTyping,
  };
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

function assertEmoji(text: string): void {
  const [first] = segmenter.segment(text.slice(0, 40));
  if (first?.segment !== text || !PICTURE.test(text)) {
    throw badInput('Give one emoji.', ['input', 'statusEmoji']);
  }
}
