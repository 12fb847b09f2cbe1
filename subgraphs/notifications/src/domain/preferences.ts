import { badInput, checkEach } from '@souk/runtime/domain';
import { CHANNELS_OF, type Channel, KINDS, type NotificationKind } from './notification.ts';

/** What a person wants to be notified of, as far as they said. */
export interface Preferences {
  userId: string;
  rules: readonly PreferenceRule[];
  /** Grows with each change; 0 for who never said anything. */
  version: number;
}

export interface PreferenceRule {
  kind: NotificationKind;
  channel: Channel;
  enabled: boolean;
}

/** Throws `BAD_USER_INPUT` for each rule that speaks of the same as another, or of what there is not. */
export function checkedRules(rules: readonly PreferenceRule[]): readonly PreferenceRule[] {
  const seen = new Set<string>();
  return checkEach(rules, (rule, at) => {
    const { kind, channel } = rule;
    const key = `${kind} ${channel}`;
    const path = ['input', 'rules', at];
    if (!CHANNELS_OF[kind].includes(channel)) {
      throw badInput('Notices of this kind do not take this channel.', path);
    }
    if (seen.has(key)) throw badInput('This kind and channel have a rule already.', path);
    seen.add(key);
    return rule;
  });
}

/** A rule for every kind and each of its channels: what was said, and "on" for the rest. */
export const allRules = (said: readonly PreferenceRule[]): PreferenceRule[] =>
  KINDS.flatMap((kind) =>
    CHANNELS_OF[kind].map(
      (channel) =>
        said.find((rule) => rule.kind === kind && rule.channel === channel) ?? {
          kind,
          channel,
          enabled: true,
        },
    ),
  );
