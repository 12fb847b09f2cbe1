import { badInput, badRequest, checkAll, checkEach } from '@souk/runtime/domain';
import type { DigestFrequency } from './digest.ts';
import { LANGUAGES, languageFor } from './notice-words.ts';
import { type Channel, channelsOf, KINDS, type NotificationKind } from './notification.ts';
import { checkedQuietPeriods, type QuietPeriod } from './quiet-hours.ts';

/** A person's settings besides the rules for kinds and channels. */
export interface PreferenceSettings {
  digest: DigestFrequency;
  quietPeriods: readonly QuietPeriod[];
  timeZone: string;
  /** Until then nothing is sent out; the inbox continues. */
  pausedUntil: Date | null;
  /** Null is the delay of the installation. */
  missedMessageDelayMinutes: number | null;
  /** Null is the language of the account. */
  emailLocale: string | null;
}

/** What a person wants to be notified of, as far as they said. */
export interface Preferences extends PreferenceSettings {
  userId: string;
  rules: readonly PreferenceRule[];
  /** Increases with each change; 0 for people who never changed anything. */
  version: number;
}

export interface PreferenceRule {
  kind: NotificationKind;
  channel: Channel;
  enabled: boolean;
}

/** For people who never changed anything. */
export const DEFAULT_SETTINGS: PreferenceSettings = {
  digest: 'IMMEDIATE',
  quietPeriods: [],
  timeZone: 'UTC',
  pausedUntil: null,
  missedMessageDelayMinutes: null,
  emailLocale: null,
};

/** A week, in minutes. */
const MAX_DELAY = 10_080;
const YEAR_MS = 366 * 24 * 3_600_000;

export interface SettingsChange {
  digest?: DigestFrequency | null | undefined;
  quietPeriods?: readonly QuietPeriod[] | null | undefined;
  timeZone?: string | null | undefined;
  pausedUntil?: Date | null | undefined;
  missedMessageDelayMinutes?: number | null | undefined;
  emailLocale?: string | null | undefined;
}

/**
 * The given changes of settings, checked. Null resets a setting to its default, and missing ones stay as they
 * are.
 */
export function checkedSettings(change: SettingsChange, now: Date): Partial<PreferenceSettings> {
  const { quietPeriods, pausedUntil, missedMessageDelayMinutes: delay, emailLocale } = change;
  const at = (field: keyof SettingsChange) => ['input', field];
  const found = checkAll({
    quietPeriods: () => quietPeriods && checkedQuietPeriods(quietPeriods, at('quietPeriods')),
    pausedUntil: () => {
      if (pausedUntil && pausedUntil.getTime() - now.getTime() > YEAR_MS) {
        throw badInput('At most a year from now.', at('pausedUntil'));
      }
      return pausedUntil;
    },
    delay: () => {
      if (delay != null && (delay < 0 || delay > MAX_DELAY)) {
        throw badRequest(`0 to ${MAX_DELAY} minutes.`, at('missedMessageDelayMinutes'));
      }
      return delay;
    },
    emailLocale: () => {
      if (emailLocale && languageFor(emailLocale) !== emailLocale.split('-')[0]?.toLowerCase()) {
        throw badInput(`Mails are written in: ${LANGUAGES.join(', ')}.`, at('emailLocale'));
      }
      return emailLocale;
    },
  });
  const changed: Partial<Record<keyof PreferenceSettings, unknown>> = {
    digest: change.digest,
    quietPeriods: found.quietPeriods,
    timeZone: change.timeZone,
    pausedUntil: found.pausedUntil,
    missedMessageDelayMinutes: found.delay,
    emailLocale: found.emailLocale,
  };
  const given = (Object.keys(changed) as (keyof PreferenceSettings)[]).filter(
    (field) => changed[field] !== undefined,
  );
  return Object.fromEntries(
    given.map((field) => [field, changed[field] ?? DEFAULT_SETTINGS[field]]),
  );
}

/** A notice of security always comes into the inbox. */
const isAlwaysOn = (kind: NotificationKind, channel: Channel) =>
  kind === 'SECURITY' && channel === 'IN_APP';

/** Each text message costs money, so they are off by default. */
const isOnByDefault = (channel: Channel): boolean => channel !== 'SMS';

/** Whether a person with these settings wants a kind on a channel. */
export const isOn = (
  said: readonly PreferenceRule[],
  kind: NotificationKind,
  channel: Channel,
): boolean =>
  said.find((rule) => rule.kind === kind && rule.channel === channel)?.enabled ??
  isOnByDefault(channel);

/** The channels on which a kind can be switched on and off. */
const switchesOf = (kind: NotificationKind) =>
  channelsOf(kind).filter((channel) => !isAlwaysOn(kind, channel));

/** Throws `BAD_USER_INPUT` for each rule that duplicates another, or concerns an unknown combination. */
export function checkedRules(rules: readonly PreferenceRule[]): readonly PreferenceRule[] {
  const seen = new Set<string>();
  return checkEach(rules, (rule, at) => {
    const { kind, channel } = rule;
    const key = `${kind} ${channel}`;
    const path = ['input', 'rules', at];
    if (isAlwaysOn(kind, channel)) {
      throw badInput('Security notifications always go to the inbox.', path);
    }
    if (!channelsOf(kind).includes(channel)) {
      throw badInput('This channel is not available for this kind of notification.', path);
    }
    if (seen.has(key)) throw badInput('There is already a rule for this kind and channel.', path);
    seen.add(key);
    return rule;
  });
}

/** A rule for every kind and each channel on which it can be switched: as set, or the default. */
export const allRules = (said: readonly PreferenceRule[]): PreferenceRule[] =>
  KINDS.flatMap((kind) =>
    switchesOf(kind).map((channel) => ({ kind, channel, enabled: isOn(said, kind, channel) })),
  );
