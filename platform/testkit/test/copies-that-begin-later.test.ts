import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { EVENTS, type EventName, SUBGRAPHS } from '@souk/runtime/events';
import { describe, expect, test } from 'vitest';

/**
 * Events are handed to the consumers there are. One that is added when there are things already has missed
 * theirs, so each says how it comes by what happened before (prisma/README.md).
 */
const ROOT = new URL('../../../', import.meta.url);

/** Those that were there before there was anything, by subgraph and name. */
const FROM_THE_FIRST = [
  'chat/admit-group-member',
  'chat/change-member-role',
  'chat/dismiss-group-member',
  'chat/open-general-room',
  'chat/copy-registered-user',
  'notifications/copy-attendance',
  'notifications/copy-changed-person',
  'notifications/copy-new-person',
  'notifications/copy-room',
  'notifications/mail-code',
  'notifications/mail-security-notice',
  'notifications/queue-mail',
  'notifications/notify-of-message',
  'notifications/notify-of-order',
  'orders/confirm-reserved-order',
  'orders/copy-changed-product',
  'orders/copy-changed-stock',
  'orders/copy-new-product',
  'orders/reject-order-without-stock',
  'products/release-stock-of-cancelled-order',
  'products/reserve-stock-for-placed-order',
];

/** Those that came later: the migration by which the owner tells them of everything once more. */
const TOLD_BY_MIGRATION: Readonly<Record<string, string>> = {
  'chat/archive-group-rooms': '20261126145800_hand_archived_groups_to_chat',
  'chat/mute-group-member': '20261126145900_hand_mutes_to_chat',
  'chat/copy-earlier-order': '20261126212500_announce_orders',
  'chat/copy-earlier-part': '20261127190200_announce_seller_orders',
  'chat/copy-changed-seller': '20261127190100_tell_chat_of_sellers',
  'chat/copy-groups': '20261126064500_tell_changed_groups',
  'orders/copy-categories': '20261127123500_tell_categories',
  'products/copy-changed-person': '20261126095000_tell_people',
  'groups/copy-address': '20261126140100_tell_groups_of_addresses',
  'groups/copy-changed-person': '20261126140000_tell_groups_of_people',
  'notifications/copy-confirmed-address': '20261126064500_tell_confirmed_addresses',
  'notifications/read-room': '20261126065800_tell_readings',
  'notifications/copy-changed-seller': '20261126175900_tell_managers',
  'notifications/copy-block': '20261126135000_tell_blocks',
  'notifications/notify-of-price': '20261126173000_tell_products',
  'products/move-stock-of-fulfilled-order': '20261126131500_tell_fulfilment',
};

/** Those that came later and are about what happens from then on, with the reason. */
const FROM_THEN_ON: Readonly<Record<string, string>> = {
  'chat/unmute-group-member':
    'who is muted is announced by groups; who is not is known as not muted',
  'chat/copy-placed-order': 'what was ordered before is announced by orders',
  'chat/copy-received-part': 'what sellers received before is announced by orders',
  'chat/copy-new-seller': 'who was there before is told by products as changed',
  'chat/tell-of-order-status': 'a room tells of what happens while it is there',
  'chat/tell-of-shipment': 'a room tells of what happens while it is there',
  'chat/tell-of-refund': 'a room tells of what happens while it is there',
  'chat/hand-back-of-former-staff': 'before it, nobody could help, nor schedule as staff',
  'chat/end-support-of-erased-person': 'before the release that brings it, nobody could be erased',
  'chat/forget-media': 'before it, nobody could remove a file',
  'products/forget-own-media': 'before it, nobody could remove a file',
  'chat/copy-media': 'before messages took files, nobody had uploaded one for them',
  'products/copy-suspension': 'before the release that brings it, nobody could be suspended',
  'products/copy-end-of-suspension': 'before the release that brings it, nobody could be suspended',
  'chat/copy-suspension': 'before the release that brings it, nobody could be suspended',
  'chat/copy-end-of-suspension': 'before the release that brings it, nobody could be suspended',
  'groups/leave-groups-of-erased-person': 'before the release that brings it, nobody was erased',
  'groups/copy-media': 'a picture for a group is uploaded for it',
  'groups/forget-media': 'before it, groups had no pictures',
  'groups/copy-new-person': 'who was there before is told by users as changed',
  'groups/revoke-invites-of-demoted': 'before it, nobody could be invited',
  'groups/revoke-invites-of-leaver': 'before it, nobody could be invited',
  'groups/close-archived-group': 'before it, no group could be archived',
  'groups/notify-deciders': 'before it, nobody could ask to join',
  'orders/copy-new-seller':
    'whoever sold before is a seller by themselves, known from the person alone',
  'orders/tell-staff-of-placed-order': 'staff follow what happens from then on',
  'orders/tell-staff-of-order-status': 'staff follow what happens from then on',
  'orders/tell-staff-of-payment': 'staff follow what happens from then on',
  'orders/tell-staff-of-failed-refund': 'staff follow what happens from then on',
  'orders/tell-staff-of-failed-repayment': 'staff follow what happens from then on',
  'orders/copy-changed-seller': 'each telling is the whole of a seller',
  'orders/call-off-unpaid-of-seller': 'what is unpaid before this begins expires by itself',
  'notifications/copy-new-member':
    'of whom nothing was heard, it is what it was when they were asked',
  'notifications/copy-changed-member':
    'of whom nothing was heard, it is what it was when they were asked',
  'notifications/copy-former-member':
    'of whom nothing was heard, it is what it was when they were asked',
  'notifications/copy-changed-room': 'before it, no room could change',
  'notifications/copy-room-preferences': 'before it, nobody could say what they want of a room',
  'notifications/copy-new-seller': 'who was there before is told by products as changed',
  'notifications/notify-of-reply': 'of what happened before, notices come too late',
  'notifications/forget-devices-of-session': 'before it, no device could be registered',
  'notifications/forget-deleted-product': 'before it, nothing of products was kept',
  'notifications/send-order-status': 'before it, no program could ask for events',
  'notifications/send-sale': 'before it, no program could ask for events',
  'notifications/send-shipment': 'before it, no program could ask for events',
  'notifications/send-return': 'before it, no program could ask for events',
  'notifications/send-refund': 'before it, no program could ask for events',
  'notifications/send-payout': 'before it, no program could ask for events',
  'notifications/send-new-product': 'before it, no program could ask for events',
  'notifications/send-changed-product': 'before it, no program could ask for events',
  'notifications/send-deleted-product': 'before it, no program could ask for events',
  'notifications/send-review': 'before it, no program could ask for events',
  'notifications/send-low-stock': 'before it, no program could ask for events',
  'notifications/copy-new-prices': 'what was there before is told by products as changed',
  'notifications/follow-new-product': 'before it, nobody could watch a seller or a category',
  'notifications/follow-changed-product': 'each telling is the whole of a product',
  'notifications/notify-of-seller-status': 'before it, nobody could watch a seller',
  'notifications/notify-of-stock': 'before it, nobody could watch anything',
  'notifications/notify-of-customer': 'before it, no customer could ask a seller',
  'notifications/notify-of-low-stock': 'of what happened before, notices come too late',
  'notifications/notify-of-invite': 'before it, nobody could be invited',
  'notifications/close-invite': 'before it, nobody could be invited',
  'notifications/notify-of-join-request': 'before it, nobody could ask to join',
  'notifications/notify-of-join-answer': 'before it, nobody could ask to join',
  'notifications/mail-guest-code': 'before it, no guest could ask for a code',
  'notifications/mail-invite': 'before it, nobody could be invited',
  'notifications/notify-of-report': 'of what happened before, notices come too late',
  'notifications/read-thread': 'before it, no notice told of a thread',
  'notifications/notify-of-parcel': 'of what happened before, notices come too late',
  'notifications/notify-of-refund': 'of what happened before, notices come too late',
  'notifications/notify-of-return': 'of what happened before, notices come too late',
  'notifications/notify-of-sale': 'of what happened before, notices come too late',
  'notifications/notify-of-payout': 'of what happened before, notices come too late',
  'notifications/notify-of-review': 'of what happened before, notices come too late',
  'notifications/settle-deleted-review':
    'before it, notices of deleted reviews stay until they are read',
  'notifications/settle-decided-report':
    'before it, notices of decided reports stay until they are read',
  'notifications/notify-of-security': 'of what happened before, notices come too late',
  'notifications/notify-of-reminder': 'of what happened before, notices come too late',
  'notifications/follow-edit': 'before there were edits, no message had changed',
  'notifications/follow-deletion': 'before there were deletions, no message had gone',
  'orders/forget-deleted-product': 'before products could be deleted, none had been',
  'products/copy-own-media': 'files are imported within half a day of their upload',
  'products/copy-purchase': 'before this, orders told of no payment',
  'products/shelve-rest-of-seller': 'about what is asked of it from then on',
  'products/copy-new-person': 'who was there before is told by users as changed',
};

interface WrittenConsumer {
  subgraph: string;
  name: string;
  consumes: EventName;
}

const consumersIn = (subgraph: string, code: string): WrittenConsumer[] =>
  [...code.matchAll(/\bname: '([^']+)',\s+consumes: '([^']+)'/g)].map(([, name, consumes]) => ({
    ...{ subgraph, name: name as string, consumes: consumes as EventName },
  }));

const consumers = readdirSync(new URL('subgraphs/', ROOT)).flatMap((subgraph) => {
  const folder = new URL(`subgraphs/${subgraph}/src/consumers/`, ROOT);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.flatMap((file) =>
    consumersIn(subgraph, readFileSync(new URL(file, folder), 'utf8')),
  );
});
/** Of who says what it forgets of an erased person; nobody was erased before there was this. */
const FORGETTING = readdirSync(new URL('subgraphs/', ROOT)).filter(
  (subgraph) =>
    subgraph !== 'users' &&
    /^ {2}erasure,$/m.test(readFileSync(new URL(`subgraphs/${subgraph}/src/app.ts`, ROOT), 'utf8')),
);
const keyOf = ({ subgraph, name }: WrittenConsumer) => `${subgraph}/${name}`;

test('every consumer says how it comes by what happened before it was there', () => {
  const said = [...FROM_THE_FIRST, ...Object.keys(TOLD_BY_MIGRATION), ...Object.keys(FROM_THEN_ON)];
  expect(consumers.map(keyOf).sort()).toEqual(said.sort());
});

test('every event that a subgraph is handed has a consumer there, and the other way round', () => {
  const handed = Object.entries(EVENTS).flatMap(([type, { consumedBy }]) =>
    consumedBy.map((subgraph) => `${subgraph} ${type}`),
  );
  const taken = new Set([
    ...consumers.map(({ subgraph, consumes }) => `${subgraph} ${consumes}`),
    ...FORGETTING.map((subgraph) => `${subgraph} users.UserErased`),
    // Exports: nobody asked for one before there was this.
    ...SUBGRAPHS.flatMap((subgraph) => [
      `${subgraph} users.AccountExportRequested`,
      `users ${subgraph}.AccountDataGathered`,
    ]),
  ]);
  expect([...taken].sort()).toEqual(handed.sort());
});

describe('what a migration of its owner announces', () => {
  test.each(Object.entries(TOLD_BY_MIGRATION))('%s', (key, migration) => {
    const consumer = consumers.find((written) => keyOf(written) === key) as WrittenConsumer;
    const { subgraph, consumes } = consumer;
    const [owner] = consumes.split('.');
    const file = new URL(`prisma/${owner}/migrations/${migration}/migration.sql`, ROOT);
    const sql = readFileSync(file, 'utf8').replace(/^--.*$/gm, '');
    expect(sql).toContain(`'${consumes}'`);
    expect(sql).toMatch(new RegExp(`INSERT INTO event_delivery[^;]*SELECT '${subgraph}'`));
  });
});

test('a consumer that nobody has spoken of is found', () => {
  const added = consumersIn(
    'chat',
    `defineConsumer()({ name: 'copy-late', consumes: 'users.ProfileUpdated' })`,
  );
  expect(added.map(keyOf)).toEqual(['chat/copy-late']);
});
