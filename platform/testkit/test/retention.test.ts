import { existsSync, readFileSync } from 'node:fs';
import { SUBGRAPHS } from '@souk/runtime/events';
import type { PruneRule } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { describe, expect, test } from 'vitest';
import { createDatabase } from '../src/databases.ts';

// Rows of what comes to an end (a status, or a moment at which it was over) would stay for ever, with what
// somebody wrote in them: each such table has a rule by which they go, or says why they stay.

const root = new URL('../../../', import.meta.url);
const ENDS =
  /^(?:status|state|until|\w*(?:done|decided|settled|revoked|ended|finished|declined|deleted|closed|archived|used|read|expires)_at)$/;

const KEPT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  users: {
    account: 'for as long as somebody has it',
    refresh_token: 'goes with its session',
    passkey: 'for as long as its owner keeps it',
    recovery_code: 'ten of an account, written anew together',
    media:
      'files that were uploaded, which their owner deletes; forgotten uploads go by `remove-abandoned-uploads`',
  },
  products: {
    seller: 'a business that ended is named in orders',
    suspended_user: 'one of a person, by the newest news',
    product: 'what was sold is shown in orders',
    listing: 'where a product stands by now',
    stock_claim: 'what was taken out of stock for an order, as long as the order',
  },
  orders: {
    placed_order: 'the law asks for it',
    seller_order: 'the law asks for it',
    payment: 'the law asks for it',
    shipment: 'the law asks for it',
    refund: 'the law asks for it',
    return_request: 'the law asks for it',
    payout: 'the law asks for it',
    order_snapshot: 'ten revoked ones of an order at most',
    priced_item: 'a copy of what is for sale',
    seller: 'a copy of who sells',
  },
  groups: {
    community: 'for as long as there is the group, archived or not',
    group_ban: 'one of a person and a group; the next one is written over it',
  },
  chat: {
    suspended_user: 'one of a person, by the newest news',
    participant: 'where somebody stands in a room, for as long as the room',
    presence_setting: 'one of a person, whose status text is not shown once it is over',
    room: 'for as long as what was said in it',
    room_request: 'one of a person and a room: who did not want to is not asked again',
    room_ban: 'one of a person and a room; the next one is written over it',
    message: 'rooms say for how long (`retentionDays`); what was deleted has no text',
    known_seller: 'a copy of who sells',
    support_room: 'one of what is asked, for as long as the room',
    report: 'what was reported is kept, as the law asks',
  },
  notifications: {
    watched_product: 'a copy of what is for sale',
    person: 'a copy of who there is',
    mail_address: 'whether somebody may be written to',
  },
};

const retentionOf = async (name: string): Promise<readonly PruneRule[]> => {
  const file = new URL(`subgraphs/${name}/src/persistence/retention.ts`, root);
  return existsSync(file) ? (await import(file.href)).retention : [];
};

/** Tables with a column that says that a row is over. */
function tablesThatEnd(name: string): string[] {
  const schema = readFileSync(new URL(`prisma/${name}/schema.prisma`, root), 'utf8');
  return [...schema.matchAll(/^model \w+ \{([\s\S]*?)^\}/gm)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '';
    const columns = body.split('\n').map((line) => {
      const field = /^ {2}(\w+)\s+[A-Z]/.exec(line)?.[1];
      return /[^@]@map\("(\w+)"\)/.exec(line)?.[1] ?? field ?? '';
    });
    return columns.some((column) => ENDS.test(column)) ? [table] : [];
  });
}

/** Those of the runtime are pruned by it: see `tidyUp`. */
const RUNTIME: ReadonlySet<string> = new Set([
  ...['event_record', 'event_delivery', 'inbox_entry', 'idempotency_record', 'quota_use'],
]);

describe.each(SUBGRAPHS)('%s', (name) => {
  test('lets go of what is over, or says why not', async () => {
    const pruned = new Set((await retentionOf(name)).map(({ table }) => table));
    const kept = KEPT[name] ?? {};
    const ending = tablesThatEnd(name).filter((table) => !RUNTIME.has(table));
    expect(ending.filter((table) => !pruned.has(table) && !(table in kept))).toEqual([]);
    expect(
      Object.keys(kept).filter((table) => pruned.has(table) || !ending.includes(table)),
    ).toEqual([]);
  });

  test('finds what is old by an index', async () => {
    await using database = await createDatabase(name);
    const client = openClient({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query<{ column: string }>(
        `SELECT DISTINCT indrelid::regclass || '.' || attname AS column
         FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]`,
      );
      const indexed = new Set(rows.map(({ column }) => column));
      const pruned = (await retentionOf(name)).map(({ table, since }) => `${table}.${since}`);
      expect(pruned.filter((column) => !indexed.has(column))).toEqual([]);
    } finally {
      await client.end();
    }
  });
});
