import { readFileSync } from 'node:fs';
import { SUBGRAPHS } from '@souk/runtime/events';
import { sql, until } from '@souk/testkit';
import {
  buildSchema,
  type FieldDefinitionNode,
  type GraphQLObjectType,
  isObjectType,
  Kind,
  parse,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askMutation, askQuery, askSubscription, type Told } from './access/ask.ts';
import { readAs } from './access/ask-as.ts';
import { CALLERS, type Caller } from './access/callers.ts';
import { fieldsSeen } from './access/fields.ts';
import { PHONE, reachOwner, ringOwner } from './access/market/reached.ts';
import { type Market, openMarket } from './access/market.ts';
import { type AccessFile, type Outcome, type RootRow, readAccessFiles } from './access/rows.ts';
import { wordsOf } from './access/words.ts';
import { type RunningSouk, startSouk } from './running-souk.ts';
import { readZip } from './support/read-zip.ts';
import { columnsWith } from './support/search-databases.ts';

// Who is answered what is written beside each schema (`access.yaml`). Every field of the graph has a row
// there, and every row is asked here, by everybody.

const textOf = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const schema = buildSchema(textOf('gateway/api.graphql'), { assumeValidSDL: true });
const ROOTS = ['Query', 'Mutation', 'Subscription'] as const;
const files = readAccessFiles();

const typesOfGraph = (): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  );
const implementsAny = (type: GraphQLObjectType, ...names: string[]) =>
  type.getInterfaces().some(({ name }) => names.includes(name));

/** What an answer is made of, and is seen by whoever gets the answer. */
const isShapeOfAnswer = (type: GraphQLObjectType) =>
  /(Payload|Connection|Edge)$/.test(type.name) || implementsAny(type, 'UserError', 'StreamEvent');

describe('the rows', () => {
  test('are there for every field of the graph, once, and for no other', () => {
    const expected: string[] = [];
    for (const type of typesOfGraph()) {
      if (isShapeOfAnswer(type)) continue;
      const hasRows = ROOTS.some((root) => root === type.name) || implementsAny(type, 'Node');
      if (!hasRows) expected.push(`part ${type.name}`);
      else expected.push(...Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
    }
    const written = files.flatMap((file) => [
      ...file.types.flatMap(({ type, seenBy }) =>
        [...seenBy.keys()].map((field) => `${type}.${field}`),
      ),
      ...[...file.parts].map((part) => `part ${part}`),
      ...ROOTS.flatMap((root) => file[root].map(({ field }) => `${root}.${field}`)),
    ]);
    // A field may be asked of two things of its type.
    expect([...new Set(written)].sort()).toEqual(expected.sort());
  });

  test('stand beside the schema that has their fields', () => {
    for (const name of SUBGRAPHS) {
      const { definitions } = parse(textOf(`subgraphs/${name}/schema.graphql`));
      const own = new Set(definitions.flatMap((it) => ('name' in it ? [it.name?.value] : [])));
      // What it adds to an interface of others, it adds to each of their types.
      const added = definitions.flatMap((it) =>
        it.kind === Kind.OBJECT_TYPE_DEFINITION &&
        it.directives?.some((directive) => directive.name.value === 'interfaceObject')
          ? [it.name.value]
          : [],
      );
      for (const type of typesOfGraph()) if (implementsAny(type, ...added)) own.add(type.name);
      const file = files.find((it) => it.name === name);
      const named = [...(file?.parts ?? []), ...(file?.types.map(({ type }) => type) ?? [])];
      const elsewhere = named.filter((type) => !own.has(type));
      expect({ name, elsewhere }).toEqual({ name, elsewhere: [] });
    }
  });

  test('are nowhere left out for what a directive keeps from somebody', () => {
    const kept = SUBGRAPHS.flatMap((name) =>
      parse(textOf(`subgraphs/${name}/schema.graphql`)).definitions.flatMap((definition) => {
        if (
          definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
          definition.kind !== Kind.OBJECT_TYPE_EXTENSION
        ) {
          return [];
        }
        return (definition.fields ?? [])
          .filter(isKeptFromSomebody)
          .map((field) => `${definition.name.value}.${field.name.value}`);
      }),
    );
    const rows = new Set(
      files.flatMap((file) => [
        ...ROOTS.flatMap((root) => file[root].map(({ field }) => `${root}.${field}`)),
        ...file.types.flatMap(({ type, seenBy }) =>
          [...seenBy.keys()].map((field) => `${type}.${field}`),
        ),
      ]),
    );
    const isPublic = (of: string) => {
      const [type = '', field = ''] = of.split('.');
      const found = schema.getType(type);
      return isObjectType(found) && field in found.getFields();
    };
    expect(kept.filter((of) => isPublic(of) && !rows.has(of))).toEqual([]);
  });
});

const isKeptFromSomebody = ({ directives }: FieldDefinitionNode) =>
  (directives ?? []).some(({ name }) => ['authenticated', 'requiresScopes'].includes(name.value));

/** Whatever has become of the thing. */
const NEVER_LET_IN: ReadonlySet<Outcome> = new Set([
  ...['UNAUTHENTICATED', 'FORBIDDEN', 'ACCOUNT_SUSPENDED', 'API_KEY_SCOPE_MISSING'],
]);

const RATES = [
  ...['ADDRESS', 'VIEWER', 'COST', 'EVENT_COST', 'LOGIN', 'REGISTER', 'MAIL', 'SECRET'],
  ...['MESSAGE', 'PUBLISH', 'JOIN', 'PROFILE'],
];
const SETTINGS = {
  ...Object.fromEntries(RATES.map((name) => [`LIMIT_RATE_${name}`, 'off'])),
  // All things are asked for at once.
  LIMIT_COST: '1000000',
  LIMIT_TOKENS: '10000',
  LIMIT_HEIGHT: '5000',
  LIMIT_ALIASES: '1000',
  LIMIT_ROOT_FIELDS: '100',
  LIMIT_PLANNING_MS: '60000',
  // Each asks by a proxy that says where they are.
  TRUSTED_PROXIES: '1',
};

/** Where the owner asks from, and with what: nobody else does. */
const OWNER_IS_AT = '203.0.113.77';
const OWNER_ASKS_BY = 'OwnersOwnBrowser/7';
const WORDS_OF_OWNER = [
  ...['the_owner', 'The owner', 'owner@example.org', 'Zephyr Street'],
  ...[PHONE.written, PHONE.dialled, OWNER_IS_AT, OWNER_ASKS_BY],
];
/** An address that they wanted, and never showed to be theirs. */
const NOT_THEIRS = 'olga2@example.org';
/** Of what is found there before, some of each subgraph. */
const BEFORE_ERASURE = [
  'users: account.email',
  'users: account.display_name',
  'users: address.line1',
  'users: address.phone',
  'users: session.ip',
  'users: session.user_agent',
  'products: person.username',
  'groups: known_user.username',
  'groups: known_address.email',
  'groups: invite.invitee_email',
  'chat: known_user.username',
  'notifications: person.display_name',
  'notifications: mail_address.address',
  'notifications: sms_number.number',
  'notifications: device.label',
];
/** What is kept all the same, with the reason. */
const STAYS = [
  // The log and what is made of it go by themselves when their days are over (decision 0046).
  /: (event_record|event_log\.\w+|inbox_entry|idempotency_record|event_delivery)\./,
  // What others wrote, and what of it was reported, is theirs; so is the beginning of it that notices are made of, for eight days.
  /^chat: (message|report)\.text$/,
  /^notifications: room_message\.excerpt$/,
  // What was bought, by whom and where it went is kept as long as the law asks.
  /^orders: placed_order\./,
];

const subjectOf = (token: string) => {
  const [, claims = ''] = token.split('.');
  return claims ? JSON.parse(Buffer.from(claims, 'base64url').toString()).sub : null;
};

describe('every row is true', () => {
  let souk: RunningSouk;
  let market: Market;
  let fill: ReturnType<typeof wordsOf>;
  beforeAll(async () => {
    let ownerId: string | null = null;
    souk = await startSouk({
      settings: SETTINGS,
      headersOf: (query, variables, token): Record<string, string> => {
        const text = `${query} ${JSON.stringify(variables)}`;
        const isOwners = token
          ? ownerId !== null && subjectOf(token) === ownerId
          : /the_owner|owner@example\.org/.test(text);
        return isOwners
          ? { 'x-forwarded-for': OWNER_IS_AT, 'user-agent': OWNER_ASKS_BY }
          : { 'x-forwarded-for': '198.51.100.1' };
      },
    });
    market = await openMarket(souk);
    ownerId = market.people.owner.id;
    await reachOwner(souk, market.people, market.words);
    fill = wordsOf(souk, market);
  });
  afterAll(() => souk?.[Symbol.asyncDispose]());

  const tokenOf = (caller: Caller, { key }: AccessFile): string | null => {
    if (caller === 'anonymous') return null;
    const secret = market.words[`key${key}`];
    return caller === 'key' ? (secret ?? null) : market.people[caller].token;
  };

  test('of fields: which viewers see each field of each type', async () => {
    const wrong: string[] = [];
    for (const file of files) {
      const rows = file.types.filter(({ as }) => as !== null);
      if (rows.length === 0) continue;
      const things = await Promise.all(
        rows.map(async ({ type, as, args, seenBy }) => {
          return { type, args, id: await fill(`$${as}`), fields: [...seenBy.keys()] };
        }),
      );
      const isSeenBy = async (caller: Caller) => {
        const seen = await fieldsSeen(souk, schema, things, tokenOf(caller, file));
        for (const [at, { type, seenBy, empty }] of rows.entries()) {
          for (const [field, callers] of seenBy) {
            const expected = callers.has(caller) && !empty.has(field);
            if (seen[at]?.has(field) === expected) continue;
            const fault = `${expected ? 'hidden from' : 'seen by'} ${caller}`;
            wrong.push(`${type}.${field} is ${fault}`);
          }
        }
      };
      await Promise.all(CALLERS.map(isSeenBy));
    }
    expect(wrong).toEqual([]);
  });

  /** Asks a row as everybody; gives what was answered otherwise than it says. */
  async function asked(
    file: AccessFile,
    row: RootRow,
    askRow: (souk: RunningSouk, ask: string, token: string | null) => Promise<Told>,
    atOnce: boolean,
  ): Promise<string[]> {
    const wrong: string[] = [];
    const askAs = async (caller: Caller) => {
      const expected = row.answers[caller];
      const ask = await fill(row.ask, expected === 'done');
      const { outcome, words = '' } = await askRow(souk, ask, tokenOf(caller, file));
      if (outcome === expected) return;
      wrong.push(`${row.field} as ${caller}: ${outcome} (${words}), not ${expected}`);
    };
    // Whoever is refused changes nothing, and needs no turn.
    const isRefused = (caller: Caller) => NEVER_LET_IN.has(row.answers[caller]);
    await Promise.all(CALLERS.filter((caller) => atOnce || isRefused(caller)).map(askAs));
    if (!atOnce) for (const caller of CALLERS) if (!isRefused(caller)) await askAs(caller);
    return wrong;
  }

  test('of queries', async () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const row of file.Query) wrong.push(...(await asked(file, row, askQuery, true)));
    }
    expect(wrong).toEqual([]);
  });

  test('of subscriptions', async () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const row of file.Subscription) {
        const all = asked(file, row, askSubscription, true);
        let isOver = false;
        const over = all.finally(() => {
          isOver = true;
        });
        const nudged = async () => {
          while (row.nudge !== undefined && !isOver) {
            await askMutation(souk, await fill(row.nudge), market.people.owner.token);
          }
        };
        const [found] = await Promise.all([over, nudged()]);
        wrong.push(...found);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('everything that any subgraph stores about a person is exported to that person only, as one file', async () => {
    const { owner, stranger } = market.people;
    const { exportAccount } = await souk.ask(
      'mutation { exportAccount { export { id } errors { ... on UserError { code } } } }',
      {},
      owner.token,
    );
    const find = `{ node(id: "${exportAccount.export.id}") { ... on AccountExport { status media { url } } } }`;
    const url = await until(
      async () => (await readAs(souk, owner.token, find)).node.media?.url as string | undefined,
    );
    expect((await souk.ask(find, {}, stranger.token)).node).toBeNull();
    const answer = await fetch(url);
    expect(answer.headers.get('content-disposition')).toMatch('attachment');
    const files = readZip(Buffer.from(await answer.arrayBuffer()));

    const tables = [
      ...['users/account', 'users/address', 'users/session', 'users/api_key', 'chat/message'],
      ...[
        'chat/draft',
        'chat/message_mention',
        'orders/placed_order',
        'orders/order_line',
        'orders/cart_line',
      ],
      ...['orders/timeline_entry', 'orders/shipment_line', 'orders/return_line'],
      ...['products/review', 'groups/membership', 'notifications/notification'],
    ];
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(tables.map((table) => `${table}.json`)),
    );
    for (const [name, words] of Object.entries({
      'users/account.json': 'owner@example.org',
      // Where they are signed in, and with what.
      'users/session.json': OWNER_IS_AT,
      'users/address.json': 'Main St 1',
      'chat/message.json': 'Tea?',
      'products/review.json': 'Sings',
      'orders/placed_order.json': market.words.orderNumber ?? '',
    })) {
      expect(files.get(name)).toContain(words);
    }
    expect(files.get('users/session.json')).toMatch(/"user_agent":\s*"\w/);
    const all = [...files.values()].join('\n');
    // What others said, how they are reached, and what would let anybody in.
    expect(files.get('chat/message.json')).not.toContain('@the_owner Yes');
    expect(all).not.toMatch(
      /(member|seller|victim)@example\.org|argon2|"(digest|secret|public_key)"/,
    );
  });

  test('of mutations, of the account’s own last', async () => {
    const wrong: string[] = [];
    const inTurn = [...files].sort(
      (a, b) => Number(a.name === 'users') - Number(b.name === 'users'),
    );
    for (const file of inTurn) {
      for (const row of file.Mutation) {
        wrong.push(...(await asked(file, row, askMutation, false)));
      }
    }
    expect(wrong).toEqual([]);
  });

  /** Where one of these words stands, by subgraph. */
  const columnsWithWords = async (words: readonly string[]) => {
    const all: string[] = [];
    // One database after the other, as all of Souk has its connections open meanwhile.
    for (const name of SUBGRAPHS) {
      const columns = await columnsWith(souk.databaseUrls[name], words);
      all.push(...columns.map((column) => `${name}: ${column}`));
    }
    return all.filter((column) => !STAYS.some((stays) => stays.test(column)));
  };

  test('no database keeps the name, the addresses or the locations of an erased person', async () => {
    await ringOwner(souk, market.people);
    // All of it is there before, or its absence would say nothing.
    expect(await columnsWithWords(WORDS_OF_OWNER)).toEqual(expect.arrayContaining(BEFORE_ERASURE));
    await sql(
      { databaseUrl: souk.databaseUrls.users },
      "UPDATE account SET deletion_due_at = now() - interval '1 second' WHERE id = $1",
      [market.people.owner.id],
    );
    const worker = souk.subgraphs.users.startWorker();
    let left: string[] = [];
    await until(
      async () => {
        left = await columnsWithWords(WORDS_OF_OWNER);
        return left.length === 0;
      },
      { within: 180_000, describe: () => left.join('\n') },
    );
    await worker.close();
    // The mail that went there is kept for as long as the log, which has it, too.
    const mailed = ['notifications: email_message.to_address'];
    expect(mailed).toEqual(expect.arrayContaining(await columnsWithWords([NOT_THEIRS])));
    // What was bought, by whom and where it went is kept as long as the law asks.
    const [kept] = await sql(
      { databaseUrl: souk.databaseUrls.orders },
      'SELECT shipping_address FROM placed_order WHERE id = $1',
      [market.words.order],
    );
    expect(JSON.stringify(kept)).toContain('Main St 1');
  }, 300_000);
});
