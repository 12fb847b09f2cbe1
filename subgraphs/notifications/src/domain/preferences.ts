import { badInput } from '@souk/runtime/domain';
import { CHANNELS, type Channel, KINDS, type NotificationKind } from './notification.ts';

export interface PreferenceRule {
  kind: NotificationKind;
  channel: Channel;
  enabled: boolean;
}

/** Throws `BAD_USER_INPUT` when two rules speak of the same. */
export function checkedRules(rules: readonly PreferenceRule[]): readonly PreferenceRule[] {
  const seen = new Set<string>();
  for (const [at, { kind, channel }] of rules.entries()) {
    const key = `${kind} ${channel}`;
    const path = ['input', 'rules', at];
    if (seen.has(key)) throw badInput('This kind and channel have a rule already.', path);
    seen.add(key);
  }
  return rules;
}

/** A rule for every kind and channel: what was said, and "on" for the rest. */
export const allRules = (said: readonly PreferenceRule[]): PreferenceRule[] =>
  KINDS.flatMap((kind) =>
    CHANNELS.map(
      (channel) =>
        said.find((rule) => rule.kind === kind && rule.channel === channel) ?? {
          kind,
          channel,
          enabled: true,
        },
    ),
  );
