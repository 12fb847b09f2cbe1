import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId, systemClock, type Viewer } from '@souk/runtime/domain';
import { replaceStores } from '@souk/runtime/persistence';
import { silentLogger } from '@souk/runtime/process';
import {
  as,
  type ServedRoutes,
  type StartedSubgraph,
  sealInTests,
  serveRoutes,
  sized,
  sql,
  testEventKeys,
  until,
} from '@souk/testkit';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { products } from '../src/app.ts';
import { importFilesAt } from '../src/persistence/import-files.ts';
import type { ProductsDeps } from '../src/use-cases/deps.ts';
import { runNextImport } from '../src/use-cases/run-imports.ts';
import { CREATE_CATEGORY, eur, list, sellerIdOf, startProducts } from './catalogue.ts';

let graph: StartedSubgraph;
let server: Server;
let served: ServedRoutes;
let opened: Awaited<ReturnType<typeof products.open>>;
const files = new Map<string, string>();
const seller = as('sela');
const sellerId = sellerIdOf(seller);
const config = { sellers: 'open' as const, commissionBasisPoints: 1_000 };
beforeAll(async () => {
  graph = await startProducts({
    worker: true,
    config: { ...config, documentsUrl: () => served.url },
  });
  served = await serveRoutes(() => graph.subgraph);
  server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened = await products.open({
    ...{ config, databaseUrl: graph.databaseUrl, backplane: graph.backplane },
    cursorSecret: 'a secret for tests, long enough for anyone',
    eventKeys: testEventKeys('products'),
    ...{ logger: silentLogger, clock: systemClock, newId },
  });
  await list(graph, { variants: [{ sku: 'TAKEN', price: eur(1) }] });
  await graph.execute(CREATE_CATEGORY, { input: { name: 'Lamps' } }, as('boss', 'ADMIN'));
});
afterAll(async () => {
  await opened.infrastructure.close();
  server.close();
  await served[Symbol.asyncDispose]();
  await graph[Symbol.asyncDispose]();
});

/** A file that somebody uploaded, and that products have heard of. */
async function uploaded(csv: string | null, owner: Viewer = seller, purpose = 'IMPORT_FILE') {
  const mediaId = newId('med');
  if (csv !== null) files.set(`/${mediaId}`, csv);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${mediaId}`;
  await graph.deliver('users.MediaReady', {
    ...{ mediaId, ownerId: owner.userId, purpose: purpose as 'IMPORT_FILE' },
    url: sealInTests('products', url),
    ...{ fileName: 'lamps.csv', altText: null, contentType: 'text/csv', byteSize: 1 },
    ...{ width: null, height: null },
  });
  await until(async () => (await opened.infrastructure.reads.media.findMany([mediaId])).length > 0);
  return mediaId;
}

const JOB = `id fileName status progress rowCount accepted refused failure finishedAt`;
const IMPORT = `mutation ($sellerId: ID!, $mediaId: ID!, $key: UUID!) {
  importProducts(sellerId: $sellerId, mediaId: $mediaId, idempotencyKey: $key) {
    import { ${JOB} } replayed errors { __typename ... on UserError { code path } } } }`;
const start = async (mediaId: string, given: object = {}, viewer: Viewer = seller) => {
  const variables = { sellerId, mediaId, key: randomUUID(), ...given };
  return (await graph.ask(IMPORT, variables, viewer)).importProducts;
};
const READ = `query ($r: [_Any!]!, $after: String) { _entities(representations: $r) { ... on ProductImport { ${JOB}
  report { url fileName contentType }
  refusals(first: 2, after: $after) { edges { node { row column code } } pageInfo { hasNextPage endCursor } } } } }`;
const read = async (id: string, viewer: Viewer | null = seller, after: string | null = null) => {
  const variables = { r: [{ __typename: 'ProductImport', id }], after };
  return (await graph.ask(READ, variables, viewer))._entities[0];
};
const ended = (id: string, viewer = seller) =>
  until(async () => {
    const job = await read(id, viewer);
    return job.finishedAt === null ? null : job;
  });
const codes = ({ errors }: { errors: { code: string }[] }) => errors.map(({ code }) => code);

const HEAD = 'product,title,sku,price,currency,stock,categories,option1_name,option1_value';
const FILE = `\ufeff${HEAD},unit_cost
,"Lamp, brass",LAMP-1,19.99,EUR,5,lamps,,,7.5
shirt,Shirt,SHIRT-S,10,EUR,1,,Size,S,
shirt,Shirt,SHIRT-L,12,EUR,2,,Size,L,

,Chair,TAKEN,30,EUR,,,,,
,,STOOL-1,1;2,EUR,,,,,-1
bench,Bench,BENCH-1,9,EUR,,nowhere,,,
bench,Bench,BENCH-1,9,EUR,,nowhere,,,
,Table,TABLE-1,99,EUR,,,,,
desk,Desk,DESK-1,9,EUR,,,,,
desk,Desk,DESK-2,9,EUR,x,,,,
shirt,Shirt,SHIRT-M,11,EUR,1,,Size,M,
`;

test('a file of products is imported, and mistakes are reported by row', async () => {
  const mediaId = await uploaded(FILE);
  await using events = await graph.subscribe(
    `subscription ($id: ID!) { sellerCatalogEvents(sellerId: $id) {
       __typename ... on ImportProgressed { import { status } } } }`,
    { id: sellerId },
    seller,
  );
  const key = randomUUID();
  const first = await start(mediaId, { key });
  expect(first).toMatchObject({
    ...{ import: { fileName: 'lamps.csv', accepted: 0 }, replayed: false, errors: [] },
  });
  const { id } = first.import;
  expect(await start(mediaId, { key })).toMatchObject({ import: { id }, replayed: true });
  const job = await ended(id);
  expect(job).toMatchObject({
    ...{ status: 'SUCCEEDED', progress: 1, rowCount: 11, accepted: 4, refused: 7, failure: null },
  });
  const nodes: object[] = [];
  for (let page = job.refusals; page; ) {
    nodes.push(...page.edges.map(({ node }: { node: object }) => node));
    const { hasNextPage, endCursor } = page.pageInfo;
    page = hasNextPage ? (await read(id, seller, endCursor)).refusals : null;
  }
  expect(nodes).toEqual([
    { row: 4, column: 'sku', code: 'SKU_TAKEN' },
    { row: 5, column: 'title', code: 'BAD_USER_INPUT' },
    { row: 5, column: 'price', code: 'BAD_USER_INPUT' },
    { row: 5, column: 'unit_cost', code: 'BAD_USER_INPUT' },
    { row: 6, column: 'categories', code: 'CATEGORY_NOT_FOUND' },
    { row: 10, column: 'stock', code: 'BAD_USER_INPUT' },
    { row: 11, column: 'product', code: 'BAD_USER_INPUT' },
  ]);
  expect(job.report).toMatchObject({ fileName: 'refused-lamps.csv', contentType: 'text/csv' });
  const table: Record<string, string>[] = parse(await (await fetch(job.report.url)).text(), {
    columns: true,
  });
  expect(
    table.map(({ row, column, code }) => ({ row: Number(row), column: column || null, code })),
  ).toEqual(nodes);
  expect(table.every(({ message }) => message)).toBe(true);
  const foreign = job.report.url.replace(/.{6}$/, 'AAAAAA');
  expect((await fetch(foreign)).status).toBe(404);
  const data = await graph.ask(
    `query ($id: ID!) { seller(id: $id) { desk {
       imports { edges { node { id } } }
       variant(sku: "shirt-l") { price { minorUnits } inventory { onHand } product { variants { totalCount } } }
       lamp: variant(sku: "LAMP-1") { unitCost { minorUnits currency } product { title categories { slug } } } } } }`,
    { id: sellerId },
    seller,
  );
  expect(data.seller.desk).toEqual({
    imports: { edges: [{ node: { id } }] },
    variant: {
      ...{ price: { minorUnits: 1_200 }, inventory: { onHand: 2 } },
      product: { variants: { totalCount: 2 } },
    },
    lamp: {
      unitCost: { minorUnits: 750, currency: 'EUR' },
      product: { title: 'Lamp, brass', categories: [{ slug: 'lamps' }] },
    },
  });
  for (const viewer of [as('eve'), null]) expect(await read(id, viewer)).toBeNull();
  await events.find(
    ({ data: { sellerCatalogEvents: event } }) => event.import?.status === 'SUCCEEDED',
  );
});

test.each([
  ['has no columns that are needed', 'title,sku\nLamp,L', 'Columns are missing: price, currency.'],
  ['is no CSV', `${HEAD}\n"never ends`, 'Quote'],
  ['is gone', null, 'The file no longer exists. Upload it again.'],
])('a file that %s ends as failed, and says why', async (_, csv, failure) => {
  const { import: job } = await start(await uploaded(csv));
  const end = await ended(job.id);
  expect(end).toMatchObject({ status: 'FAILED', accepted: 0 });
  expect(end.failure).toContain(failure);
});

test("only the viewer's own file can be imported, for a seller whose products they manage", async () => {
  const [own, foreign] = [await uploaded(FILE), await uploaded(FILE, as('eve'))];
  const picture = await uploaded('', seller, 'PRODUCT_IMAGE');
  for (const mediaId of [foreign, picture, newId('med')]) {
    expect(codes(await start(mediaId))).toEqual(['MEDIA_NOT_FOUND']);
  }
  expect(codes(await start(own, {}, as('eve')))).toEqual(['NOT_THE_SELLER']);
  const nowhere = await start(own, { sellerId: newId('sel') });
  expect(codes(nowhere)).toEqual(['SELLER_NOT_FOUND']);
});

test('an import ends for good when the person who requested it is suspended', async () => {
  const sue = as('sue');
  const shop = sellerIdOf(sue);
  await list(graph, {}, sue);
  const suspended = (isOver: boolean, sequence: number) => async () => {
    const [row] = await sql<{ is_over: boolean; sequence: string }>(
      graph,
      'SELECT is_over, sequence FROM suspended_user WHERE user_id = $1',
      [sue.userId],
    );
    return row?.is_over === isOver && Number(row.sequence) === sequence;
  };
  const suspension = { reason: 'Fraud', until: null, suspendedById: as('boss').userId };
  await graph.deliver(
    'users.UserSuspended',
    { userId: sue.userId, ...suspension },
    { stream: `user:${sue.userId}`, sequence: 7 },
  );
  await until(suspended(false, 7));
  const file = `${HEAD}\n,Sofa,SOFA-1,9,EUR,,,,`;
  const { import: refused } = await start(await uploaded(file, sue), { sellerId: shop }, sue);
  expect(await ended(refused.id, sue)).toMatchObject({
    ...{ status: 'FAILED', accepted: 0, failure: 'The person who requested it is suspended.' },
  });
  await graph.deliver(
    'users.UserUnsuspended',
    { userId: sue.userId, unsuspendedById: as('boss').userId },
    { stream: `user:${sue.userId}`, sequence: 8 },
  );
  await until(suspended(true, 8));
  const { import: job } = await start(await uploaded(file, sue), { sellerId: shop }, sue);
  expect(await ended(job.id, sue)).toMatchObject({ status: 'SUCCEEDED', accepted: 1 });
});

test('fifty files of a seller are taken in a day', async () => {
  const max = as('max');
  const shop = sellerIdOf(max);
  await list(graph, {}, max);
  await sql(
    graph,
    `INSERT INTO product_import (id, seller_id, media_id, file_name, requested_by, status, claim, claimed_until, created_at)
     SELECT 'imp_' || n, $1, 'med', 'f', $2, 'SUCCEEDED', '', now(), now() - interval '23 hours' FROM generate_series(1, 50) n`,
    [shop, max.userId],
  );
  const mediaId = await uploaded(`${HEAD}\n,Rug,RUG-1,9,EUR,,,,`, max);
  expect(codes(await start(mediaId, { sellerId: shop }, max))).toEqual(['TOO_MANY_IMPORTS']);
  await sql(graph, `DELETE FROM product_import WHERE id = 'imp_1'`, []);
  expect(codes(await start(mediaId, { sellerId: shop }, max))).toEqual([]);
});

/** The started worker leaves it alone: it looks as though another had it. */
const setAside = (id: string) =>
  sql(
    graph,
    `UPDATE product_import SET claimed_until = now() + interval '30 minutes'
     WHERE id = $1 AND finished_at IS NULL`,
    [id],
  );
const LATER = 3_600_000;
const later = () => new Date(Date.now() + LATER);
const never = new AbortController().signal;

/** Starts the import of a file that the started worker leaves alone. */
async function startAside(lines: readonly string[]): Promise<string> {
  const { import: job } = await start(await uploaded([HEAD, ...lines].join('\n')));
  await setAside(job.id);
  return job.id;
}

type Imports = Parameters<Parameters<ProductsDeps['transaction']>[0]>[0]['imports'];
const importsAs =
  (
    { transaction }: Pick<ProductsDeps, 'transaction'>,
    changed: (imports: Imports) => Partial<Imports>,
  ): ProductsDeps['transaction'] =>
  (work) =>
    transaction((stores) =>
      work(replaceStores(stores, { imports: { ...stores.imports, ...changed(stores.imports) } })),
    );

describe('a batch of rows costs as many statements', () => {
  /** Imports a file; gives how many statements each batch was, and how many seconds all took. */
  async function costsOf(lines: readonly string[]) {
    let statements = 0;
    const counting = await products.open({
      ...{ config, databaseUrl: graph.databaseUrl, backplane: graph.backplane },
      cursorSecret: 'a secret for tests, long enough for anyone',
      eventKeys: testEventKeys('products'),
      ...{ logger: silentLogger, clock: systemClock, newId },
      onStatement: () => {
        statements += 1;
      },
    });
    const id = await startAside(lines);
    /** How many statements there had been when each batch began. */
    const marks: number[] = [];
    const deps: ProductsDeps = {
      ...counting.services,
      clock: later,
      transaction: importsAs(counting.services, ({ hold }) => ({
        hold: (job) => {
          marks.push(statements);
          return hold(job);
        },
      })),
    };
    const begun = performance.now();
    while ((await read(id)).finishedAt === null) {
      await runNextImport(deps, importFilesAt(undefined), never);
      await setAside(id);
    }
    const seconds = (performance.now() - begun) / 1_000;
    await counting.infrastructure.close();
    marks.push(statements);
    const costs = marks.slice(1).map((mark, index) => mark - (marks[index] ?? 0));
    return { costs, seconds, job: await read(id) };
  }

  test('at the end of a long file as at its beginning, and with a single row', async () => {
    const ROWS = sized({ suite: 800, soak: 10_000 });
    const batch = randomUUID().slice(0, 8);
    const linesOf = (from: number, rows: number) =>
      Array.from(
        { length: rows },
        (_, n) => `,Rug ${batch} ${from + n},${batch}-${from + n},1,EUR,3,lamps,,`,
      );
    const alone = await costsOf(linesOf(1_000_000, 1));
    const { costs, seconds, job } = await costsOf(linesOf(0, ROWS));
    console.log(`${ROWS} rows in ${seconds.toFixed(1)} s, ${costs[1]} statements for 200 of them`);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS, refused: 0 });
    expect(costs).toHaveLength(ROWS / 200);
    // The last of a round is counted with what goes round it: the end of the claim, and the next one.
    const most = (alone.costs[0] ?? 0) + 6;
    for (const cost of costs) expect(cost).toBeLessThanOrEqual(most);
    expect(most).toBeLessThan(40);
  });

  test('where all have one title, but for finding the first free slug', async () => {
    const batch = randomUUID().slice(0, 8);
    const lines = Array.from({ length: 400 }, (_, n) => `,Same,${batch}-${n},1,EUR,,,,`);
    const { costs, job } = await costsOf(lines);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: 400, refused: 0 });
    for (const cost of costs) expect(cost).toBeLessThan(60);
    const slugs = await sql<{ slug: string }>(
      graph,
      `SELECT slug FROM product WHERE title = 'Same' AND slug ~ '^same(-[0-9]+)?$'`,
    );
    expect(slugs).toHaveLength(400);
  });
});

describe('an import whose worker dies again and again', () => {
  const ROWS = sized({ suite: 24, soak: 10_000 });
  const BATCH = sized({ suite: 3, soak: 200 });
  const away = () => Object.assign(new Error('terminating connection'), { code: '57P01' });

  /** Imports a file of things by some deps, round by round, until it is done. */
  async function importBy(mutate: (deps: ProductsDeps) => ProductsDeps, batchRows = BATCH) {
    const batch = randomUUID().slice(0, 8);
    const id = await startAside(
      Array.from({ length: ROWS }, (_, n) => `,Thing ${n},${batch}-${n},1,EUR,,,,`),
    );
    const deps = mutate({ ...opened.services, clock: later });
    let rounds = 0;
    do {
      rounds += 1;
      await runNextImport(deps, importFilesAt(undefined), never, batchRows).catch(() => true);
      await setAside(id);
    } while ((await read(id)).finishedAt === null && rounds < ROWS * 3);
    const [listed] = await sql<{ count: number }>(
      graph,
      `SELECT count(*)::int AS count FROM product_variant WHERE sku LIKE $1`,
      [`${batch}-%`],
    );
    const [told] = await sql<{ count: number }>(
      graph,
      `SELECT count(DISTINCT stream)::int AS count FROM event_record
       WHERE type = 'products.ProductCreated' AND stream LIKE 'product:%' AND payload::text LIKE $1`,
      [`%"${batch}-%`],
    );
    return { rounds, listed: listed?.count, told: told?.count, job: await read(id) };
  }

  /** A worker that dies before its commit, or behind it, by turns. */
  const dying = (every: number) => {
    let deaths = 0;
    let steps = 0;
    const mutate = (deps: ProductsDeps): ProductsDeps => ({
      ...deps,
      transaction: async (work) => {
        let diesBehind = false;
        const result = await importsAs(deps, ({ advance }) => ({
          advance: async (...given) => {
            steps += 1;
            await advance(...given);
            if (steps % every !== 0) return;
            deaths += 1;
            if (deaths % 2 === 1) throw away();
            diesBehind = true;
          },
        }))(work);
        if (diesBehind) throw away();
        return result;
      },
    });
    return { mutate, deaths: () => deaths };
  };

  test('continues where it was: each row is listed once, counted once and announced once', async () => {
    const worker = dying(3);
    const { listed, told, job } = await importBy(worker.mutate);
    expect(worker.deaths()).toBeGreaterThan(2);
    expect([listed, told]).toEqual([ROWS, ROWS]);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS, refused: 0 });
  });

  test('refuses its own rows, where progress is recorded later (mutant)', async () => {
    let steps = 0;
    const late = (deps: ProductsDeps): ProductsDeps => ({
      ...deps,
      transaction: async (work) => {
        let step: Parameters<Imports['advance']> | undefined;
        const result = await importsAs(deps, () => ({
          advance: async (...given) => {
            step = given;
          },
        }))(work);
        if (step === undefined) return result;
        steps += 1;
        if (steps % 3 === 0) throw away();
        const given = step;
        await deps.transaction(({ imports }) => imports.advance(...given));
        return result;
      },
    });
    const { job } = await importBy(late);
    expect(job.refused).toBeGreaterThan(0);
  });

  /** Fails where Thing 3 is among what is listed. */
  const failing = (fails: (many: number) => Error | null) => (deps: ProductsDeps) => ({
    ...deps,
    transaction: ((work) =>
      deps.transaction((stores) =>
        work(
          replaceStores(stores, {
            products: {
              ...stores.products,
              insert: async (listed) => {
                const isIn = listed.some(({ title }) => title === 'Thing 3');
                const failure = isIn ? fails(listed.length) : null;
                if (failure) throw failure;
                return stores.products.insert(listed);
              },
            },
          }),
        ),
      )) as ProductsDeps['transaction'],
  });

  test('refuses only the row that fails each time, and lists those before and after it', async () => {
    const tried: number[] = [];
    const { job } = await importBy(
      failing((many) => {
        tried.push(many);
        return new TypeError('Nobody thought of this.');
      }),
      8,
    );
    // Halved down to it, with what is before it done meanwhile; and from then on alone.
    expect(tried).toEqual([8, 4, 4, 2, 2, 1, 1, 1]);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS - 1, refused: 1 });
    expect(job.refusals.edges).toMatchObject([
      { node: { row: 4, column: null, code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  });

  test('never refuses a row because the database was busy', async () => {
    let alone = 0;
    const busy = failing((many) => {
      if (many === 1) alone += 1;
      if (alone > 6) return null;
      return Object.assign(new Error('statement timeout'), { code: '57014' });
    });
    const { job } = await importBy(busy, 8);
    expect(alone).toBe(7);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS, refused: 0 });
  });
});

describe('a worker that stood still for longer than an import is its own', () => {
  const ROWS = 12;

  /** Another takes the import over meanwhile and ends it; gives whether each step of the first was its own. */
  async function takenOver(transaction: ProductsDeps['transaction'] = opened.services.transaction) {
    const batch = randomUUID().slice(0, 8);
    const id = await startAside(
      Array.from({ length: ROWS }, (_, n) => `,Rug ${n},${batch}-${n},1,EUR,,,,`),
    );
    const workAt = (hours: number, by: ProductsDeps['transaction']) =>
      runNextImport(
        { ...opened.services, clock: () => new Date(Date.now() + hours * LATER), transaction: by },
        importFilesAt(undefined),
        never,
        3,
      );
    const steps: boolean[] = [];
    let wake: () => void = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const counted = importsAs({ transaction }, ({ hold }) => ({
      hold: async (job) => {
        const isOurs = await hold(job);
        steps.push(isOurs);
        return isOurs;
      },
    }));
    let isStill = false;
    const first = workAt(1, async (work) => {
      // Between two transactions, so that it holds nothing but its claim.
      if (steps.length === 2) {
        isStill = true;
        await woken;
      }
      return counted(work);
    });
    await until(() => isStill);
    await workAt(2, opened.services.transaction);
    expect(await read(id)).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS });
    wake();
    await first;
    const listed = await sql(graph, 'SELECT 1 FROM product_variant WHERE sku LIKE $1', [
      `${batch}-%`,
    ]);
    return { steps, listed: listed.length, job: await read(id) };
  }

  test('finds that another has it by now, and does nothing more', async () => {
    const { steps, listed, job } = await takenOver();
    expect(steps).toEqual([true, true, false]);
    expect(listed).toBe(ROWS);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS, refused: 0 });
    expect(job.refusals.edges).toEqual([]);
  });

  test('refuses rows of another import, where ownership is not checked (mutant)', async () => {
    const { job } = await takenOver(importsAs(opened.services, () => ({ hold: async () => true })));
    expect(job.refusals.edges).not.toEqual([]);
  });
});
