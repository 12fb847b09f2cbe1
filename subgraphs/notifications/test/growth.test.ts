import { viewerIdOf } from '@souk/runtime/domain';
import { databasePool } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { as, userIdOf } from '@souk/testkit';
import {
  costOfRead,
  expectNoOverread,
  GROWTH,
  grownId,
  grownIdSql,
  isOverread,
} from '@souk/testkit/growth';
import { expect, test } from 'vitest';
import { retention } from '../src/persistence/retention.ts';
import { startNotifications } from './inbox.ts';

const { rows } = GROWTH;
const IDA = userIdOf('ida');
const notice = (expression: string) => grownIdSql('ntf', expression);

const FILL = [
  // A tenth of everything is one person's: the newer half is in the archive, and a few of the oldest are put off.
  `INSERT INTO notification (id, user_id, kind, title, body, room_id, source_sequence, stream_sequence,
     created_at, updated_at, read_at, archived_at, snoozed_until)
   SELECT ${notice('n')}, CASE WHEN n % 10 = 0 THEN '${IDA}' ELSE ${grownIdSql('usr', 'n % 1000')} END,
     CASE WHEN n % 100 = 0 THEN 'ORDER_STATUS' ELSE 'MESSAGE' END, 'Title', 'Body',
     ${grownIdSql('room', 'n % 100')}, n, n, now(), now() - n * interval '1 second',
     CASE WHEN n % 3 = 0 OR 2 * n < ${rows} THEN now() END, CASE WHEN 2 * n < ${rows} THEN now() END,
     CASE WHEN n > ${rows} - 400 AND n % 40 = 10 THEN now() + interval '1 day' END
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO delivery (user_id, source_id, channel, kind, status, notification_id, created_at)
   SELECT n.user_id, ${grownIdSql('msg', 'n.source_sequence')}, 'IN_APP', n.kind,
     CASE WHEN n.source_sequence % 50 = 7 THEN 'PENDING' ELSE 'SENT' END, n.id,
     CASE WHEN n.source_sequence % 50 = 7 THEN now() - interval '1 year' ELSE now() END
   FROM notification n`,
  // Of each way to send, some wait for a year already; and mails of two months ago are old where they are nobody's.
  `INSERT INTO email_message (id, user_id, to_address, template, parameters, status, source_id,
     created_at, due_at)
   SELECT ${grownIdSql('eml', 'n')}, ${grownIdSql('usr', 'n % 1000')}, 'a@example.org', 'missed', '{}',
     CASE WHEN n % 100 = 0 THEN 'PENDING' ELSE 'SENT' END, ${grownIdSql('evt', 'n')},
     now() - CASE n % 100 WHEN 0 THEN interval '1 year' WHEN 1 THEN interval '60 days' ELSE interval '0' END,
     now() + interval '1 day'
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO push_message (id, user_id, device_id, notification_id, action, status, created_at, due_at)
   SELECT ${grownIdSql('psh', 'n')}, ${grownIdSql('usr', 'n % 1000')}, ${grownIdSql('dev', 'n')}, ${notice('n')}, 'SHOW',
     CASE WHEN n % 2 = 0 THEN 'PENDING' ELSE 'SENT' END,
     CASE WHEN n % 2 = 0 THEN now() - interval '1 year' ELSE now() END, now() + interval '1 day'
   FROM generate_series(1, ${rows / 20}) n`,
  `INSERT INTO sms_message (id, user_id, notification_id, status, created_at, due_at)
   SELECT ${grownIdSql('sms', 'n')}, ${grownIdSql('usr', 'n')}, ${notice('n')},
     CASE WHEN n % 2 = 0 THEN 'PENDING' ELSE 'SENT' END,
     CASE WHEN n % 2 = 0 THEN now() - interval '1 year' ELSE now() END, now() + interval '1 day'
   FROM generate_series(1, ${rows / 20}) n`,
  `INSERT INTO watch (user_id, entity_id, events, channels, created_at)
   SELECT CASE WHEN n % 10 = 0 THEN '${IDA}' ELSE ${grownIdSql('usr', 'n')} END,
     ${grownIdSql('prd', 'n')}, '{PRICE_DROP}', '{}', now() - interval '1 year'
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO group_standing (user_id, group_id, role, sequence, changed_at)
   SELECT ${grownIdSql('usr', 'n')}, ${grownIdSql('grp', 'n % 100')}, 'MODERATOR', 1, now() - interval '1 year'
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO webhook_endpoint (id, owner_id, url, event_types, secret, created_at)
   SELECT ${grownIdSql('whe', 'n')}, CASE WHEN n % 10 = 0 THEN '${IDA}' ELSE ${grownIdSql('usr', 'n')} END,
     'https://example.org', '{}', 'sealed', now()
   FROM generate_series(1, 1000) n`,
  `INSERT INTO webhook_attempt (id, endpoint_id, owner_id, event_id, event_type, body, stream, sequence,
     occurred_at, status, created_at, due_at)
   SELECT ${grownIdSql('wha', 'n')}, ${grownIdSql('whe', '10 * (1 + n % 100)')}, '${IDA}',
     ${grownIdSql('evt', 'n')}, 'orders.PayoutChanged', '{}', 'order:1', n, now(),
     CASE WHEN n % 100 = 0 THEN 'PENDING' ELSE 'DELIVERED' END,
     CASE WHEN n % 100 = 0 THEN now() - interval '1 year' ELSE now() END, now() + interval '1 day'
   FROM generate_series(1, ${rows}) n`,
];

const filled = expectNoOverread('notifications', {
  start: startNotifications,
  fill: FILL,
  sample: {
    ids: {
      Notification: [10, 20, 40].map((n) => grownId('ntf', n)),
      Device: [],
      SellerDesk: [],
      WebhookAttempt: [10, 20, 40].map((n) => grownId('wha', n)),
      WebhookEndpoint: [10, 20, 40].map((n) => grownId('whe', n)),
      Shareable: [10, 20, 40].map((n) => grownId('prd', n)),
      Viewer: [viewerIdOf(IDA)],
    },
    values: {
      'Query.explainNotification.messageId': [grownId('msg', 10)],
      'Viewer.notifications.filter': [
        { unreadOnly: true },
        { kinds: ['ORDER_STATUS'] },
        { kinds: ['MESSAGE'], unreadOnly: true },
        { kinds: ['ORDER_STATUS', 'PAYOUT'] },
        ...['ARCHIVED', 'SNOOZED'].flatMap((box) => [{ box }, { box, kinds: ['ORDER_STATUS'] }]),
      ],
    },
  },
  viewer: as('ida', 'ADMIN'),
  rules: retention,
  reads: 20,
});

/** What is unread of somebody's, counted: by an index that says what counts, and by looking at each. */
const UNREAD = `SELECT count(*) FROM notification WHERE user_id = '${IDA}' AND read_at IS NULL AND dismissed_at IS NULL`;
const COUNTS = {
  'by an index alone': `${UNREAD} AND snoozed_until IS NULL`,
  'by fetching each': `${UNREAD} AND snoozed_until IS NULL AND body <> ''`,
};

test('a count that fetches its rows is caught, however few pages they are on (mutants)', async () => {
  const client = openClient(databasePool(filled().databaseUrl));
  await client.connect();
  for (const [way, text] of Object.entries(COUNTS)) {
    const cost = await costOfRead(client, { text, values: [] });
    expect(cost.rows).toBeGreaterThan(100);
    expect([way, isOverread(cost)]).toEqual([way, way !== 'by an index alone']);
  }
  await client.end();
});
