import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deliveryDocument } from './delivery-document.ts';
import {
  DELIVERY_RULES,
  type DeliveryFacts,
  type DeliveryReason,
  decideDelivery,
} from './delivery-rules.ts';
import { CHANNELS, type Channel } from './notification.ts';
import { SOMETHING_NEW } from './something-new.ts';

/** Every value of every fact. */
const VALUES: { [Fact in keyof DeliveryFacts]: readonly DeliveryFacts[Fact][] } = {
  gone: ['NO', 'DELETED', 'LEFT', 'BANNED', 'RIGHTS_LOST', 'BLOCKED'],
  read: [false, true],
  wanted: [true, false],
  chosen: [true, false],
  muted: [false, true],
  level: [true, false],
  reach: ['YES', 'NONE', 'BOUNCED', 'COMPLAINED', 'SPENT'],
  due: [true, false],
  snoozed: [false, true],
  paused: [false, true],
  quiet: [false, true],
  attention: ['AWAY', 'ATTENTIVE', 'TOO_LONG'],
  mailed: ['NO', 'THIS_HOUR', 'UNREAD'],
};

function* cells(): Generator<DeliveryFacts> {
  const names = Object.keys(VALUES) as (keyof DeliveryFacts)[];
  const total = names.reduce((product, name) => product * VALUES[name].length, 1);
  for (let nth = 0; nth < total; nth += 1) {
    let rest = nth;
    const cell: Partial<Record<keyof DeliveryFacts, unknown>> = {};
    for (const name of names) {
      const values = VALUES[name];
      cell[name] = values[rest % values.length];
      rest = Math.floor(rest / values.length);
    }
    yield cell as DeliveryFacts;
  }
}

/** The same decision, said a second time and in another way: by hand, without the table. */
function byHand(channel: Channel, facts: DeliveryFacts): [string, DeliveryReason | null] {
  const { gone, read, wanted, muted, level, reach, due, snoozed, paused, quiet } = facts;
  const { attention, mailed, chosen } = facts;
  if (gone !== 'NO') {
    return ['SUPPRESS', gone === 'LEFT' ? 'LEFT_ROOM' : gone];
  }
  if (read) return ['SUPPRESS', 'READ_BEFORE_SEND'];
  if (!wanted) return ['SUPPRESS', 'PREFERENCE_OFF'];
  if (!chosen && channel !== 'IN_APP') return ['SUPPRESS', 'PREFERENCE_OFF'];
  if (muted) return ['SUPPRESS', 'MUTED_ROOM'];
  if (!level) return ['SUPPRESS', 'NOTIFY_LEVEL'];
  if (channel === 'IN_APP') return ['SEND', null];
  if (channel === 'EMAIL') {
    if (reach === 'NONE') return ['SUPPRESS', 'NO_ADDRESS'];
    if (reach === 'BOUNCED' || reach === 'COMPLAINED') return ['SUPPRESS', reach];
    if (mailed === 'UNREAD') return ['SUPPRESS', 'RATE_LIMITED'];
  } else if (channel === 'SMS') {
    if (reach === 'NONE') return ['SUPPRESS', 'NO_NUMBER'];
    if (reach === 'SPENT') return ['SUPPRESS', 'RATE_LIMITED'];
    if (reach !== 'YES') return ['SUPPRESS', reach];
  } else if (reach === 'NONE') return ['SUPPRESS', 'NO_DEVICE'];
  if (!due) return ['WAIT', null];
  if (snoozed) return ['WAIT', 'SNOOZED'];
  if (paused) return ['WAIT', 'PAUSED'];
  if (quiet) return ['WAIT', 'QUIET_HOURS'];
  if (attention === 'TOO_LONG') return ['SUPPRESS', 'ATTENTIVE'];
  if (attention === 'ATTENTIVE') return ['WAIT', 'ATTENTIVE'];
  if (channel === 'EMAIL' && mailed === 'THIS_HOUR') return ['WAIT', 'RATE_LIMITED'];
  return ['SEND', null];
}

test('every cell of every channel is decided as it is said by hand, with its reason', () => {
  const wrong: unknown[] = [];
  let counted = 0;
  for (const facts of cells()) {
    for (const channel of CHANNELS) {
      counted += 1;
      const { outcome, reason } = decideDelivery(channel, facts);
      const [wantedOutcome, wantedReason] = byHand(channel, facts);
      if (outcome !== wantedOutcome || reason !== wantedReason) {
        wrong.push({ channel, facts, outcome, reason, wantedOutcome, wantedReason });
      }
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(counted).toBe(4 * 6 * 2 ** 5 * 5 * 2 ** 4 * 3 * 3);
});

test('nothing is held back without a reason and the rule that decided', () => {
  for (const { outcome, reason, rule } of DELIVERY_RULES) {
    if (outcome === 'SUPPRESS') expect(reason).not.toBeNull();
    expect(rule).not.toBe('');
  }
});

test('a table that lost any of its rows decides some cell otherwise, so that the test above can fail', () => {
  for (const removed of DELIVERY_RULES) {
    const rest = DELIVERY_RULES.filter((rule) => rule !== removed);
    const facts = { ...SOMETHING_NEW, due: true, ...removed.when };
    const channel = removed.channels.at(-1) as Channel;
    const first = rest.find(
      ({ channels, when }) =>
        channels.includes(channel) &&
        Object.entries(when).every(([fact, value]) => facts[fact as keyof DeliveryFacts] === value),
    );
    expect(first, removed.rule).toBeUndefined();
    expect(decideDelivery(channel, facts).outcome).toBe(removed.outcome);
  }
});

test('docs/notifications.md describes the table', () => {
  const file = new URL('../../../../docs/notifications.md', import.meta.url);
  expect(readFileSync(file, 'utf8'), 'npm run docs:notifications').toBe(deliveryDocument());
});
