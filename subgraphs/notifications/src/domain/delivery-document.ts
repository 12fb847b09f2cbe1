import { DELIVERY_RULES, type DeliveryFacts, type DeliveryRule } from './delivery-rules.ts';
import { CHANNELS, type Channel, channelsOf, KINDS } from './notification.ts';

const FACTS: Readonly<Record<keyof DeliveryFacts, string>> = {
  gone: 'what it is about, or whoever is to hear of it, is gone',
  read: 'read, archived or dismissed',
  wanted: 'the rule for the kind and channel is on',
  chosen: 'it is watched still, and the watch names the channel, or none',
  muted: 'the room is muted',
  level: 'what is wanted of the room has this kind in it',
  reach: 'there is somewhere to send it',
  due: 'the delay is over, or the digest leaves',
  snoozed: 'snoozed',
  paused: 'notices are paused',
  quiet: 'quiet hours',
  attention: 'whether somebody looks, on any device',
  mailed: 'a mail of the same went out',
};

const OUTCOMES = { WAIT: 'waits', SUPPRESS: 'held back' } as const;
const NAMES: Readonly<Record<Channel, string>> = {
  IN_APP: 'inbox',
  EMAIL: 'mail',
  PUSH: 'push',
  SMS: 'SMS',
};

const conditionOf = ({ when }: DeliveryRule): string =>
  Object.entries(when)
    .map(([fact, value]) => `\`${fact}\` is ${String(value)}`)
    .join(', ');

const rowOf = (rule: DeliveryRule, at: number): string =>
  `| ${[
    at + 1,
    conditionOf(rule),
    ...CHANNELS.map((channel) => (rule.channels.includes(channel) ? OUTCOMES[rule.outcome] : '')),
    rule.reason ? `\`${rule.reason}\`` : '',
    rule.rule,
  ].join(' | ')} |`;

/** docs/notifications.md, generated from the table that decides. */
export const deliveryDocument = (): string => `# Who is notified, where, and why not

Written by \`npm run docs:notifications\` from \`subgraphs/notifications/src/domain/delivery-rules.ts\`, the
table that decides; a test fails when this page says something else.

Each notice is decided for each channel: when something happens, when the person’s delay is over, and again
before each try to send. The first row that holds decides. What no row holds back is sent. The outcome is in
\`Notification.deliveries\` with its reason and rule, and the database refuses to hold something back without
a reason. What does not come into the inbox goes nowhere else, for the same reason.

| | when | ${CHANNELS.map((channel) => NAMES[channel]).join(' | ')} | reason | rule |
|---|---|${CHANNELS.map(() => '---|').join('')}---|---|
${DELIVERY_RULES.map(rowOf).join('\n')}

## What is asked

| fact | meaning |
|---|---|
${Object.entries(FACTS)
  .map(([fact, meaning]) => `| \`${fact}\` | ${meaning} |`)
  .join('\n')}

Somebody looks who did something within two minutes on any device, or shows the room on one on which they
did something within ten. An open socket is nobody looking. \`TOO_LONG\` is somebody who looked for a day and
did not read.

A test (\`sendTestNotification\`) is sent by the channel that is tried, whatever its owner wants and wherever they are: of
the facts above only \`gone\`, \`read\` and \`reach\` are asked of it.

## Kinds and channels

| kind | ${CHANNELS.map((channel) => NAMES[channel]).join(' | ')} |
|---|${CHANNELS.map(() => '---|').join('')}
${KINDS.map((kind) => {
  const takes = CHANNELS.map((channel) => (channelsOf(kind).includes(channel) ? 'yes' : ''));
  return `| \`${kind}\` | ${takes.join(' | ')} |`;
}).join('\n')}

A notice of \`SECURITY\` always comes into the inbox, and the mail about it goes out by itself, at once: neither
can be switched off. Text messages are paid for each: they are off until somebody switches a kind on.
`;
