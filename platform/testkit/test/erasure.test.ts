import { readFileSync } from 'node:fs';
import { newId } from '@souk/runtime/domain';
import { SUBGRAPHS } from '@souk/runtime/events';
import type { Erasure } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { describe, expect, test } from 'vitest';
import { eraseSome } from '../../runtime/src/persistence/erase-person.ts';
import {
  exportedColumns,
  type PersonalColumn,
  readPersonalRows,
  SECRET,
} from '../../runtime/src/persistence/personal-rows.ts';
import { createDatabase } from '../src/databases.ts';

// What is known of a person, in every subgraph: each column that says whose a row is, or where mail is sent,
// has a rule for the day that person is erased, or stays for a reason that is recorded.

const root = new URL('../../../', import.meta.url);
/** Columns with ids are of people but those that say of which thing: a new word for somebody is one of them. */
const OF_A_THING =
  /^(?:avatar_media|cart|category|client_message|credential|device|endpoint|entity|event|export|forwarded_from|group|image|import|line|logo_media|media|message|movement|notification|order|order_line|parent|payment|payout|pinned_message|product|provider|refund|reply_to|return|review|room|root|seller|seller_order|session|shipment|source|thread|thread_root|variant)_ids?$/;
const OF_A_PERSON =
  /_ids?$|(?<!authenticated)_by$|^named_after$|^buyer$|^direct_key$|email|to_address|^address$|^mentioned$/;
/** Of users, each is in its own row or goes with it; the row is written over. */
const OF_USERS: readonly string[] = [
  'account.email',
  'account.email_canonical',
  'account.email_verified_at',
];

const erasureOf = async (name: string): Promise<Erasure> =>
  (await import(new URL(`subgraphs/${name}/src/persistence/erasure.ts`, root).href)).erasure;

/** `table.column` of what concerns people. */
function columnsOf(name: string): string[] {
  const schema = readFileSync(new URL(`prisma/${name}/schema.prisma`, root), 'utf8');
  return [...schema.matchAll(/^model \w+ \{([\s\S]*?)^\}/gm)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1];
    return body.split('\n').flatMap((line) => {
      const field = /^ {2}(\w+)\s+[A-Z]/.exec(line)?.[1];
      const column = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
      const isColumn = field && !/@relation/.test(line);
      const isOfPerson = isColumn && column && OF_A_PERSON.test(column) && !OF_A_THING.test(column);
      return isOfPerson ? [`${table}.${column}`] : [];
    });
  });
}

async function openDatabase(name: string) {
  const database = await createDatabase(name);
  const client = openClient({ connectionString: database.url });
  await client.connect();
  const executor = {
    $executeRawUnsafe: async (text: string, ...values: unknown[]) =>
      (await client.query(text, values)).rowCount ?? 0,
    $queryRawUnsafe: async <Rows>(text: string, ...values: unknown[]) =>
      (await client.query(text, values)).rows as Rows,
  };
  return { client, executor };
}

/** Columns of exports that begin no index: each part of them reads the whole table. */
async function withoutIndex(
  client: ReturnType<typeof openClient>,
  columns: readonly PersonalColumn[],
): Promise<string[]> {
  const { rows } = await client.query<{ first: string }>(
    `SELECT c.relname || '.' || a.attname AS first FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE c.relnamespace = 'public'::regnamespace AND i.indpred IS NULL`,
  );
  const first = new Set(rows.map((row) => row.first));
  return columns
    .map(({ table, of, through }) => `${table}.${through?.[0]?.key ?? of}`)
    .filter((column) => !first.has(column));
}

/**
 * Where that is so all the same, as most people have few rows there or the table is small. It only gets
 * shorter: what is new begins an index.
 */
const UNINDEXED: Partial<Record<string, readonly string[]>> = {
  products: ['review_report.user_id', 'stock_movement.actor_id'],
  orders: ['seller_order.buyer_id', 'discount_use.buyer', 'order_snapshot.shared_by'],
  groups: ['group_ban.user_id', 'former_mute.user_id'],
  chat: [
    ...['message_reaction.user_id', 'room_ban.user_id', 'room.created_by'],
    'message_revision.edited_by',
  ],
  notifications: [
    ...['room_attendance.user_id', 'room_reading.user_id', 'room_preference.user_id'],
    'notification.user_id',
  ],
};

/** What every subgraph has, in which a person's data stands once more, for a time: see decision 0046. */
const RUNTIME: ReadonlySet<string> = new Set([
  ...['_prisma_migrations', 'event_record', 'event_stream', 'event_delivery', 'inbox_entry'],
  ...['idempotency_record', 'quota_use'],
]);

/** What of exported tables is kept from everybody by its name alone. */
const KEPT_BY_NAME: Partial<Record<string, readonly string[]>> = {
  users: ['account.password_hash', 'account_export.private_key', 'api_key.digest'].concat(
    ...['media.storage_key', 'passkey.public_key'],
  ),
  orders: ['cart.key', 'followed_cart.key'],
  chat: ['message.input_hash', 'room.direct_key', 'scheduled_message.input_hash'],
  notifications: ['device.auth', 'device.p256dh', 'device.token', 'email_message.batch_key'].concat(
    ...['webhook_endpoint.former_secret', 'webhook_endpoint.secret'],
  ),
};
/** Of whoever is at work on a row, and words that are made of what is given. */
const OF_MACHINES = /\.(?:claimed_until|search|search_version)$/;

describe.each(SUBGRAPHS)('%s', (name) => {
  test('gives its owner every table and column, or says why not', async () => {
    const { client } = await openDatabase(name);
    try {
      const erasure = await erasureOf(name);
      const { rows } = await client.query<{ table: string; column: string; secret: boolean }>(
        `SELECT relname AS table, attname AS column, attname ~ $1
           OR atttypid IN ('bytea'::regtype, 'tsvector'::regtype) AS secret
         FROM pg_attribute JOIN pg_class c ON attrelid = c.oid
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
           AND attnum > 0 AND NOT attisdropped ORDER BY 1, 2`,
        [SECRET],
      );
      const tables = [...new Set(rows.map(({ table }) => table))];
      const exported = new Set(exportedColumns(erasure).map(({ table }) => table));
      const { notExported = {}, impersonal = {}, noSecrets = [] } = erasure;
      const refused = Object.keys(notExported).map((column) => column.split('.')[0]);
      const unsaid = tables.filter(
        (table) =>
          !exported.has(table) &&
          !refused.includes(table) &&
          !(table in impersonal) &&
          !RUNTIME.has(table),
      );
      expect(unsaid).toEqual([]);
      const idle = (table: string) => exported.has(table) || !tables.includes(table);
      expect(Object.keys(impersonal).filter(idle)).toEqual([]);
      const secrets = rows
        .filter(({ table, secret }) => secret && exported.has(table))
        .map(({ table, column }) => `${table}.${column}`);
      expect(noSecrets.filter((column) => !secrets.includes(column))).toEqual([]);
      const kept = secrets.filter((it) => !noSecrets.includes(it) && !OF_MACHINES.test(it));
      expect(kept).toEqual(KEPT_BY_NAME[name] ?? []);
    } finally {
      await client.end();
    }
  });

  test('says for each column about people what happens to it', async () => {
    const { rules, kept } = await erasureOf(name);
    const ruled = rules.flatMap(({ table, of, rows }) =>
      [of, ...(rows === 'delete' ? [] : Object.keys(rows))].map((column) => `${table}.${column}`),
    );
    const gone = rules.filter(({ rows }) => rows === 'delete').map(({ table }) => table);
    const unsaid = columnsOf(name).filter(
      (column) =>
        !ruled.includes(column) &&
        !gone.includes(column.split('.')[0] ?? '') &&
        !(column in kept) &&
        !(name === 'users' && OF_USERS.includes(column)),
    );
    expect(unsaid).toEqual([]);
    const columns = columnsOf(name);
    expect(Object.keys(kept).filter((column) => !columns.includes(column))).toEqual([]);
  });

  test('has rules for tables and columns that are there', async () => {
    const { client, executor } = await openDatabase(name);
    try {
      for (const rule of (await erasureOf(name)).rules) {
        const person = { userId: newId('usr'), sequence: 1 };
        expect(await eraseSome(executor, rule, person), rule.table).toBe(false);
      }
      const erasure = await erasureOf(name);
      for (const column of exportedColumns(erasure)) {
        const wanted = { userId: newId('usr'), after: null, withheld: [] };
        expect(await readPersonalRows(executor, column, wanted)).toEqual({ rows: [], next: null });
      }
      expect(await withoutIndex(client, exportedColumns(erasure))).toEqual(UNINDEXED[name] ?? []);
      const { rows } = await client.query<{ named: string }>(
        `SELECT table_name || '.' || column_name AS named FROM information_schema.columns
         WHERE table_schema = 'public'`,
      );
      const columns = rows.map(({ named }) => named);
      const named = [erasure.withheld, erasure.notExported].flatMap((it) => Object.keys(it ?? {}));
      expect(named.filter((column) => !columns.includes(column))).toEqual([]);
    } finally {
      await client.end();
    }
  });
});

test('rows of a person are read in parts, each once, without keys and what is withheld', async () => {
  const { client, executor } = await openDatabase('users');
  try {
    const [mine, other] = [newId('usr'), newId('usr')];
    await client.query(
      `INSERT INTO account (id, username, email, email_canonical, display_name, password_hash, password_changed_at, created_at)
       SELECT id, id, id, id, 'A', '$argon2id$v=19$hash', now(), now() FROM unnest($1::text[]) AS id`,
      [[mine, other]],
    );
    await client.query(
      `INSERT INTO api_key (id, account_id, name, prefix, digest, scopes, created_at)
       SELECT 'key_' || n, CASE WHEN n % 2 = 0 THEN $1 ELSE $2 END, 'k', 'p', n::text::bytea, '{}', now()
       FROM generate_series(1, 500) n`,
      [mine, other],
    );
    const read: { id: string }[] = [];
    let after: readonly string[] | null = null;
    do {
      const part = await readPersonalRows(
        executor,
        { table: 'api_key', of: 'account_id' },
        { userId: mine, after, withheld: ['name'] },
      );
      read.push(...(part.rows as { id: string }[]));
      after = part.next;
    } while (after);
    expect(new Set(read.map(({ id }) => id)).size).toBe(250);
    expect(read).toHaveLength(250);
    expect(Object.keys(read[0] ?? {})).not.toEqual(expect.arrayContaining(['digest']));
    expect(read[0]).not.toHaveProperty('name');
    const account = await readPersonalRows(
      executor,
      { table: 'account', of: 'id' },
      { userId: mine, after: null, withheld: [] },
    );
    expect(account.rows).toEqual([expect.objectContaining({ id: mine, display_name: 'A' })]);
    expect(JSON.stringify(account.rows)).not.toContain('password_hash');
  } finally {
    await client.end();
  }
});

test('rows that belong to rows of theirs are read with them, and what is named as a secret where it is none', async () => {
  const { client, executor } = await openDatabase('products');
  try {
    const [mine, other] = [newId('usr'), newId('usr')];
    for (const [nth, person] of [mine, other].entries()) {
      await client.query(
        `INSERT INTO product_import (id, seller_id, media_id, file_name, requested_by, status, claim, claimed_until, created_at)
         VALUES ($1, 's', 'm', 'list.csv', $2, 'SUCCEEDED', 'c', now(), now())`,
        [`imp_${nth}`, person],
      );
      await client.query(
        `INSERT INTO seller (id, handle, display_name, status, created_at, updated_at)
         VALUES ('s', 's', 'S', 'ACTIVE', now(), now()) ON CONFLICT DO NOTHING`,
      );
      await client.query(
        `INSERT INTO seller_member (seller_id, user_id, role, joined_at, accepted_at)
         VALUES ('s', $1, 'STAFF', now(), now())`,
        [person],
      );
      await client.query(
        `INSERT INTO import_refusal (import_id, row, position, code, message) VALUES ($1, 1, 0, 'C', $2)`,
        [`imp_${nth}`, `row of ${nth}`],
      );
    }
    const columns = exportedColumns(await erasureOf('products'));
    const refusals = columns.find(({ table }) => table === 'import_refusal');
    if (!refusals) throw new Error('They are not exported.');
    const wanted = { userId: mine, after: null, withheld: [] };
    const { rows } = await readPersonalRows(executor, refusals, wanted);
    expect(rows).toMatchObject([{ message: 'row of 0' }]);
    const imports = { table: 'product_import', of: 'requested_by' };
    const [row] = (await readPersonalRows(executor, imports, wanted)).rows;
    expect(row).not.toHaveProperty('claimed_until');
    const noSecrets = ['claimed_until'];
    const [whole] = (await readPersonalRows(executor, imports, { ...wanted, noSecrets })).rows;
    expect(whole).toHaveProperty('claimed_until');
  } finally {
    await client.end();
  }
});

test('a seller and its imports are exported to its current members, each according to their role', async () => {
  const { client, executor } = await openDatabase('products');
  try {
    const [opener, owner, asked, clerk] = ['o', 'w', 'a', 'c'].map(() => newId('usr'));
    await client.query(
      `INSERT INTO seller (id, handle, display_name, status, opened_by, vat_id, created_at, updated_at)
       VALUES ('s', 's', 'S', 'ACTIVE', $1, 'SE1', now(), now())`,
      [opener],
    );
    await client.query(
      `INSERT INTO seller_commission (seller_id, category_id, basis_points) VALUES ('s', '', 500)`,
    );
    for (const [person, role, acceptedAt] of [
      [owner, 'OWNER', new Date()],
      [asked, 'OWNER', null],
      [clerk, 'STAFF', new Date()],
    ])
      await client.query(
        `INSERT INTO seller_member (seller_id, user_id, role, joined_at, accepted_at) VALUES ('s', $1, $2, now(), $3)`,
        [person, role, acceptedAt],
      );
    for (const person of [opener, owner, asked, clerk])
      await client.query(
        `INSERT INTO product_import (id, seller_id, media_id, file_name, requested_by, status, claim, claimed_until, created_at)
         VALUES ($1, 's', 'm', 'list.csv', $1, 'SUCCEEDED', 'c', now(), now())`,
        [person],
      );
    const columns = exportedColumns(await erasureOf('products'));
    const seenBy = async (userId: string | undefined) => {
      const seen = [];
      for (const column of columns) {
        const wanted = { userId: userId as string, after: null, withheld: [] };
        const { rows } = await readPersonalRows(executor, column, wanted);
        if (rows.length > 0) seen.push(column.table);
      }
      return seen.sort();
    };
    expect(await seenBy(opener)).toEqual([]);
    expect(await seenBy(asked)).toEqual(['seller_member']);
    expect(await seenBy(clerk)).toEqual(['product_import', 'seller_member']);
    expect(await seenBy(owner)).toEqual([
      ...['product_import', 'seller', 'seller_commission', 'seller_member'],
    ]);
  } finally {
    await client.end();
  }
});

test('what belongs to what belongs to theirs is found through both', () => {
  const erasure: Erasure = {
    rules: [],
    kept: { 'bough.owner_id': 'kept' },
    belonging: [
      { table: 'leaf', key: 'twig_id', to: 'twig' },
      { table: 'twig', key: 'bough_id', to: 'bough' },
    ],
  };
  const twigs = { key: 'bough_id', table: 'bough' };
  expect(exportedColumns(erasure)).toEqual([
    { table: 'bough', of: 'owner_id' },
    { table: 'twig', of: 'owner_id', through: [twigs] },
    { table: 'leaf', of: 'owner_id', through: [{ key: 'twig_id', table: 'twig' }, twigs] },
  ]);
});

test('a rule writes over what is a person’s, once, and leaves what is anybody else’s', async () => {
  const { client, executor } = await openDatabase('notifications');
  try {
    await client.query(
      `INSERT INTO mail_address (user_id, address, sequence) VALUES ('a', 'a@x', 1), ('b', 'b@x', 1)`,
    );
    const rule = (await erasureOf('notifications')).rules.find(
      ({ table }) => table === 'mail_address',
    );
    if (!rule) throw new Error('no rule');
    for (const _ of [1, 2]) await eraseSome(executor, rule, { userId: 'a', sequence: 7 });
    const { rows } = await client.query(
      'SELECT user_id, address, sequence FROM mail_address ORDER BY user_id',
    );
    expect(rows).toEqual([
      { user_id: 'a', address: '', sequence: '7' },
      { user_id: 'b', address: 'b@x', sequence: '1' },
    ]);
  } finally {
    await client.end();
  }
});
