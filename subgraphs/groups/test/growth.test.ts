import { viewerIdOf } from '@souk/runtime/domain';
import { databasePool } from '@souk/runtime/persistence';
import { openClient } from '@souk/runtime/postgres';
import { FOUND_FIRST, SEARCH_VERSION } from '@souk/runtime/search';
import { as, userIdOf } from '@souk/testkit';
import {
  costOfRead,
  expectNoOverread,
  GROWTH,
  grownId,
  grownIdSql,
  type ReadCost,
  recordStatements,
} from '@souk/testkit/growth';
import { expect, test } from 'vitest';
import { retention } from '../src/persistence/retention.ts';
import { startGroups } from './community.ts';

const { rows } = GROWTH;
const ADA = userIdOf('ada');
const group = (expression: string) => grownIdSql('grp', expression);

const FILL = [
  `INSERT INTO community (id, slug, name, description, visibility, join_policy, member_count, created_at,
     search, search_version)
   SELECT ${group('n')}, 'group-' || n, 'Group ' || n, 'About ' || md5(n::text), 'PUBLIC', 'OPEN',
     CASE WHEN n = 1 THEN ${rows / 2} ELSE 3 END, now(), array_to_tsvector(ARRAY['group', n::text]), ${SEARCH_VERSION} FROM generate_series(1, ${rows / 4}) n`,
  // Half of all members are in one group, the others spread over all.
  `INSERT INTO membership (id, group_id, user_id, role, joined_at)
   SELECT ${grownIdSql('mem', 'n')}, CASE WHEN n % 2 = 0 THEN '${grownId('grp', 1)}'
     ELSE ${group(`2 + n % ${rows / 4 - 2}`)} END, ${grownIdSql('usr', 'n')},
     CASE WHEN n % 1000 < 2 THEN 'OWNER' ELSE 'MEMBER' END, now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO membership (id, group_id, user_id, role, joined_at)
   SELECT ${grownIdSql('mem', `${rows} + n`)}, ${group('n')}, '${ADA}', CASE WHEN n = 1 THEN 'ADMIN' ELSE 'MEMBER' END, now()
   FROM generate_series(1, 20) n`,
  `INSERT INTO group_ban (id, group_id, user_id, banned_by, created_at)
   SELECT ${grownIdSql('gban', 'n')}, '${grownId('grp', 1)}', ${grownIdSql('usr', `${rows} + n`)}, '${ADA}', now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO join_request (id, group_id, user_id, status, created_at)
   SELECT ${grownIdSql('jrq', 'n')}, CASE WHEN n % 2 = 0 THEN '${grownId('grp', 1)}' ELSE ${group('n')} END,
     CASE WHEN n % 1000 = 1 THEN '${ADA}' ELSE ${grownIdSql('usr', 'n')} END,
     CASE WHEN n % 10 = 0 THEN 'PENDING' ELSE 'DECLINED' END, now()
   FROM generate_series(1, ${rows / 4}) n`,
  `INSERT INTO invite (id, code, group_id, inviter_id, invitee_id, invitee_email, role, status, expires_at, created_at)
   SELECT ${grownIdSql('inv', 'n')}, 'code-' || n, CASE WHEN n % 2 = 0 THEN '${grownId('grp', 1)}' ELSE ${group('n')} END,
     '${ADA}', CASE WHEN n % 1000 = 1 THEN '${ADA}' WHEN n % 3 = 0 THEN ${grownIdSql('usr', `${rows} + n`)} END,
     CASE WHEN n % 3 = 1 AND n % 1000 <> 1 THEN n || '@example.com' END, 'MEMBER',
     CASE WHEN n % 10 < 2 THEN 'PENDING' ELSE 'REVOKED' END, now() + interval '1 day',
     now() - CASE WHEN n % 10 < 2 THEN interval '2 years' ELSE interval '0' END
   FROM generate_series(1, ${rows / 4}) n`,
  `INSERT INTO known_user (id, username, display_name, sequence, search, search_version)
   SELECT ${grownIdSql('usr', 'n')}, 'user-' || n, 'Person ' || n, 1,
     array_to_tsvector(ARRAY['person', n::text, CASE WHEN n % 2 = 0 THEN 'inside' ELSE 'outside' END]),
     ${SEARCH_VERSION} FROM generate_series(1, ${rows}) n`,
  `INSERT INTO known_address (user_id, email, sequence)
   SELECT ${grownIdSql('usr', 'n')}, n || '@example.com', 1 FROM generate_series(1, ${rows}) n`,
  `INSERT INTO audit_entry (id, group_id, actor_id, action, occurred_at)
   SELECT ${grownIdSql('aud', 'n')}, CASE WHEN n % 2 = 0 THEN '${grownId('grp', 1)}'
     ELSE ${group(`1 + n % ${rows / 4 - 1}`)} END, '${ADA}', 'UPDATED', now()
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO event_stream (stream, sequence)
   SELECT 'group:' || ${group('n')}, 1 FROM generate_series(1, ${rows / 4}) n`,
];

const grown = expectNoOverread('groups', {
  start: startGroups,
  fill: FILL,
  sample: {
    ids: {
      Group: [1, 2, 3].map((n) => grownId('grp', n)),
      GroupAuditEntry: [2, 4, 6].map((n) => grownId('aud', n)),
      GroupInvite: [2, 4, 6].map((n) => grownId('inv', n)),
      JoinRequest: [2, 4, 6].map((n) => grownId('jrq', n)),
      GroupBan: [1, 2, 3].map((n) => grownId('gban', n)),
      GroupMember: [1, 2, 3].map((n) => grownId('mem', n)),
      User: [1, 2, 3].map((n) => grownId('usr', n)),
      Viewer: [viewerIdOf(ADA)],
    },
    boundedPages: {
      'WHERE nth = $2::int': FOUND_FIRST,
      // A total of a common name: of each of 10,000 members the row and the name, by their indexes.
      'AS exact': 10_000 * 9,
    },
    // Groups, and people.
    variants: { 'WHERE nth = $2::int': 2 },
    // Whether somebody with such a name is in the group.
    pagesPerFound: { 'FROM known_user k WHERE k.search': 6 },
    values: {
      'Query.group.id': [grownId('grp', 1)],
      'Query.group.slug': ['group-7'],
      'Query.groupInvite.code': ['code-7'],
      'Group.members.filter': [
        { query: 'person 7777' },
        { query: 'zzq' },
        { roles: ['OWNER'] },
        { query: 'person' },
        { query: 'person', roles: ['OWNER'] },
      ],
      'Query.groups.query': ['group-77', 'zzq', 'group'],
    },
  },
  viewer: as('ada'),
  rules: retention,
  reads: 16,
});

const MEMBERS = `query ($representations: [_Any!]!, $filter: GroupMembersFilter, $first: Int = 5, $after: String) {
  _entities(representations: $representations) { ... on Group {
    members(filter: $filter, first: $first, after: $after) {
      edges { node { user { id } } } pageInfo { hasNextPage endCursor } } } } }`;

interface Named {
  readonly members: {
    readonly edges: readonly { readonly node: { readonly user: { readonly id: string } } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** Members of the large group, with what each statement cost. */
async function membersOf(client: ReturnType<typeof openClient>, variables: object) {
  const representations = [{ __typename: 'Group', id: grownId('grp', 1) }];
  const answers: unknown[] = [];
  const sent = await recordStatements(async () => {
    answers.push(await grown().execute(MEMBERS, { representations, ...variables }, as('ada')));
  });
  const costs: ReadCost[] = [];
  for (const one of sent)
    if (/^\s*SELECT/i.test(one.text)) costs.push(await costOfRead(client, one));
  const [answer] = answers as { data: { _entities: Named[] } }[];
  const members = answer?.data._entities[0]?.members;
  if (!members) throw new Error('No members.');
  const { edges, pageInfo } = members;
  return { ids: edges.map(({ node }) => node.user.id), pageInfo, costs };
}

test(
  'a name that all members have is found by walking in order, without reading all',
  async () => {
    const client = openClient(databasePool(grown().databaseUrl));
    await client.connect();
    for (const roles of [null, ['OWNER', 'MEMBER']]) {
      const { ids, costs } = await membersOf(client, { filter: { query: 'person', roles } });
      expect(ids).toHaveLength(5);
      expect(costs.length).toBeGreaterThan(1);
      for (const { pages, plan } of costs) expect(pages, plan).toBeLessThan(200);
    }
    await client.end();
  },
  GROWTH.timeoutMs,
);

test('the total of a common name reads at most ten thousand members, and tells that there may be more', async () => {
  const totals: unknown[] = [];
  const sent = await recordStatements(async () => {
    for (const roles of [null, ['OWNER']]) {
      const data = await grown().ask(
        `query ($refs: [_Any!]!, $filter: GroupMembersFilter) { _entities(representations: $refs) { ... on Group {
           members(filter: $filter, first: 1) { totalCount totalCountExact } } } }`,
        {
          refs: [{ __typename: 'Group', id: grownId('grp', 1) }],
          filter: { query: 'person', roles },
        },
        as('ada'),
      );
      totals.push(data._entities[0].members);
    }
  });
  expect(totals).toEqual([
    { totalCount: 10_000, totalCountExact: false },
    { totalCount: rows / 1_000, totalCountExact: true },
  ]);
  const client = openClient(databasePool(grown().databaseUrl));
  await client.connect();
  const counts = sent.filter(({ text }) => text.includes('AS exact'));
  expect(counts).toHaveLength(2);
  for (const count of counts) {
    const { looked, plan } = await costOfRead(client, count);
    expect(looked, plan).toBeLessThan(4 * 10_001 + 200);
  }
  await client.end();
});

/** The pages of a search, all where no number is said, and the most rows that a statement looked at for one of them. */
async function membersOnPages(filter: object, first: number, mostPages = Number.POSITIVE_INFINITY) {
  const client = openClient(databasePool(grown().databaseUrl));
  await client.connect();
  const ids: string[] = [];
  let pages = 0;
  let most: ReadCost | undefined;
  for (let after: string | null = null; pages < mostPages; ) {
    const page = await membersOf(client, { filter, first, after });
    pages += 1;
    ids.push(...page.ids);
    for (const cost of page.costs) if (cost.looked > (most?.looked ?? 0)) most = cost;
    if (!page.pageInfo.hasNextPage) break;
    expect(page.pageInfo.endCursor).not.toBe(after);
    after = page.pageInfo.endCursor;
  }
  await client.end();
  return { ids, pages, most };
}

test(
  'a common name without a match in a large group is searched a part at a time',
  async () => {
    for (const roles of [null, ['OWNER', 'ADMIN', 'MEMBER']]) {
      const { ids, pages, most } = await membersOnPages({ query: 'outside', roles }, 5);
      expect(ids).toEqual([]);
      expect(pages).toBeGreaterThan(rows / 3 / FOUND_FIRST);
      expect(pages).toBeLessThan(rows / FOUND_FIRST);
      // Of each role a walk of its own, with an entry of an index, the member and a name to each.
      expect(most?.looked, most?.plan).toBeLessThan((roles?.length ?? 1) * 3 * (FOUND_FIRST + 100));
    }
  },
  GROWTH.timeoutMs,
);

test(
  'the pages of a walk together hold each match once and in order, whatever their roles',
  async () => {
    const inside = Array.from({ length: rows / 2 }, (_, index) => 2 * (index + 1));
    const idsOf = (numbers: readonly number[]) => numbers.map((n) => grownId('usr', n));
    // Of half a million members all pages would take an hour: these go on over the ends of several walks.
    const everybody = await membersOnPages({ query: 'inside' }, 100, 60);
    expect(everybody.ids.length).toBeGreaterThan(2 * FOUND_FIRST);
    expect(everybody.ids).toEqual(idsOf(inside.slice(0, everybody.ids.length)));
    const owners = await membersOnPages({ query: 'inside', roles: ['OWNER', 'ADMIN'] }, 100);
    expect(owners.ids).toEqual(idsOf(inside.filter((n) => n % 1000 < 2)));
  },
  GROWTH.timeoutMs,
);
