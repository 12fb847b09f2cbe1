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

test('a file of products is listed, and what is wrong with which row is reported', async () => {
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
  ['is gone', null, 'The file is gone. Upload it again.'],
])('a file that %s ends as failed, and says why', async (_, csv, failure) => {
  const { import: job } = await start(await uploaded(csv));
  const end = await ended(job.id);
  expect(end).toMatchObject({ status: 'FAILED', accepted: 0 });
  expect(end.failure).toContain(failure);
});

test('only one’s own file is imported, for a seller whose products one looks after', async () => {
  const [own, foreign] = [await uploaded(FILE), await uploaded(FILE, as('eve'))];
  const picture = await uploaded('', seller, 'PRODUCT_IMAGE');
  for (const mediaId of [foreign, picture, newId('med')]) {
    expect(codes(await start(mediaId))).toEqual(['MEDIA_NOT_FOUND']);
  }
  expect(codes(await start(own, {}, as('eve')))).toEqual(['NOT_THE_SELLER']);
  const nowhere = await start(own, { sellerId: newId('sel') });
  expect(codes(nowhere)).toEqual(['SELLER_NOT_FOUND']);
});

test('an import ends when whoever asked for it is suspended, and goes on no more', async () => {
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
    ...{ status: 'FAILED', accepted: 0, failure: 'Whoever asked for it is suspended.' },
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

test('a row of a long file costs as many statements at its end as at its beginning', async () => {
  const ROWS = sized({ suite: 40, soak: 10_000 });
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
  const batch = randomUUID().slice(0, 8);
  const lines = Array.from({ length: ROWS }, (_, n) => `,Rug ${n},${batch}-${n},1,EUR,3,,,`);
  const { import: job } = await start(await uploaded([HEAD, ...lines].join('\n')));
  const setBack = () =>
    sql(
      graph,
      `UPDATE product_import SET claimed_until = now() + interval '30 minutes'
       WHERE id = $1 AND finished_at IS NULL`,
      [job.id],
    );
  // The started worker leaves it alone: it looks as though another had it.
  await setBack();
  /** How many statements there had been when each row was done. */
  const marks: number[] = [];
  const { transaction } = counting.services;
  const deps: ProductsDeps = {
    ...counting.services,
    clock: () => new Date(Date.now() + 3_600_000),
    transaction: (work) =>
      transaction((stores) => {
        const { imports } = stores;
        const advance: typeof imports.advance = async (...given) => {
          const isDone = await imports.advance(...given);
          if (isDone) marks.push(statements);
          return isDone;
        };
        return work(replaceStores(stores, { imports: { ...imports, advance } }));
      }),
  };
  const begun = performance.now();
  const never = new AbortController().signal;
  while ((await read(job.id)).finishedAt === null) {
    await runNextImport(deps, importFilesAt(undefined), never);
    await setBack();
  }
  await counting.infrastructure.close();
  const costs = marks.slice(1).map((mark, index) => mark - (marks[index] ?? 0));
  const median = (some: number[]) => some.toSorted((a, b) => a - b)[Math.floor(some.length / 2)];
  const seconds = Math.round((performance.now() - begun) / 1_000);
  console.log(`${ROWS} rows in ${seconds} s, ${median(costs)} statements each`);
  expect(await read(job.id)).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS, refused: 0 });
  // The started worker may have been at the first rows when it was set back.
  expect(costs.length).toBeGreaterThanOrEqual(30);
  expect(median(costs.slice(-15))).toBe(median(costs.slice(0, 15)));
});

describe('an import whose worker dies again and again', () => {
  const ROWS = sized({ suite: 24, soak: 10_000 });
  const LATER = 3_600_000;

  /** Imports a file by workers that die at every `every`-th row, after its product and before its count. */
  async function importDying(every: number, mutate: (deps: ProductsDeps) => ProductsDeps) {
    const batch = randomUUID().slice(0, 8);
    const lines = Array.from({ length: ROWS }, (_, n) => `,Thing ${n},${batch}-${n},1,EUR,,,,`);
    const mediaId = await uploaded([HEAD, ...lines].join('\n'));
    const { import: job } = await start(mediaId);
    // The started worker leaves it alone: it looks as though another had it.
    await sql(
      graph,
      `UPDATE product_import SET claimed_until = now() + interval '30 minutes' WHERE id = $1`,
      [job.id],
    );
    let deaths = 0;
    let steps = 0;
    const deps: ProductsDeps = {
      ...opened.services,
      clock: () => new Date(Date.now() + LATER),
      transaction: (work) =>
        opened.services.transaction((stores) =>
          work(
            replaceStores(stores, {
              imports: {
                ...stores.imports,
                advance: async (...given) => {
                  steps += 1;
                  if (steps % every === 0) {
                    deaths += 1;
                    throw new Error('The worker is dead.');
                  }
                  return stores.imports.advance(...given);
                },
              },
            }),
          ),
        ),
    };
    const never = new AbortController().signal;
    const round = () =>
      runNextImport(mutate(deps), importFilesAt(undefined), never).catch(() => true);
    let rounds = 0;
    do {
      rounds += 1;
      await round();
      await sql(
        graph,
        `UPDATE product_import SET claimed_until = now() + interval '30 minutes'
        WHERE id = $1 AND finished_at IS NULL`,
        [job.id],
      );
    } while ((await read(job.id)).finishedAt === null && rounds < ROWS);
    const [listed] = await sql<{ count: number }>(
      graph,
      `SELECT count(*)::int AS count FROM product_variant WHERE sku LIKE $1`,
      [`${batch}-%`],
    );
    return { deaths, listed: listed?.count, job: await read(job.id) };
  }

  test('goes on where it was: each row is listed once and counted once', async () => {
    const { deaths, listed, job } = await importDying(
      sized({ suite: 9, soak: 997 }),
      (deps) => deps,
    );
    expect(deaths).toBeGreaterThan(1);
    expect(listed).toBe(ROWS);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS, refused: 0 });
  });

  test('refuses a row that kills its worker each time, and lists what is behind it', async () => {
    let wanted = 0;
    const poisoned = (deps: ProductsDeps): ProductsDeps => ({
      ...deps,
      transaction: (work) =>
        deps.transaction((stores) =>
          work(
            replaceStores(stores, {
              products: {
                ...stores.products,
                insert: async (product) => {
                  if (product.title === 'Thing 3') {
                    wanted += 1;
                    throw new TypeError('Nobody thought of this.');
                  }
                  return stores.products.insert(product);
                },
              },
            }),
          ),
        ),
    });
    const { job } = await importDying(Number.MAX_SAFE_INTEGER, poisoned);
    expect(wanted).toBe(3);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS - 1, refused: 1 });
    expect(job.refusals.edges).toMatchObject([
      { node: { row: 4, column: null, code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  });

  test('refuses no row for a database that was busy, however often', async () => {
    let busy = 0;
    const overloaded = (deps: ProductsDeps): ProductsDeps => ({
      ...deps,
      transaction: (work) =>
        deps.transaction((stores) =>
          work(
            replaceStores(stores, {
              products: {
                ...stores.products,
                insert: async (product) => {
                  if (product.title === 'Thing 3' && busy < 4) {
                    busy += 1;
                    throw Object.assign(new Error('statement timeout'), { code: '57014' });
                  }
                  return stores.products.insert(product);
                },
              },
            }),
          ),
        ),
    });
    const { job } = await importDying(Number.MAX_SAFE_INTEGER, overloaded);
    expect(busy).toBe(4);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS, refused: 0 });
  });

  test('refuses what it has listed itself, where rows have no key (mutant)', async () => {
    const withoutKeys = (deps: ProductsDeps): ProductsDeps => ({
      ...deps,
      transaction: (work) =>
        deps.transaction((stores) =>
          work(
            replaceStores(stores, {
              idempotency: {
                ...stores.idempotency,
                once: async (_, run) => ({ result: await run(), replayed: false }),
              },
            }),
          ),
        ),
    });
    const { job } = await importDying(sized({ suite: 9, soak: 997 }), withoutKeys);
    expect(job.refused).toBeGreaterThan(0);
  });
});

describe('a worker that stood still for longer than an import is its own', () => {
  const ROWS = 12;
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

  /** Another takes the import over meanwhile and ends it; gives what the first one's steps came to, and the import. */
  async function takenOver(transaction: ProductsDeps['transaction'] = opened.services.transaction) {
    const batch = randomUUID().slice(0, 8);
    const lines = Array.from({ length: ROWS }, (_, n) => `,Rug ${n},${batch}-${n},1,EUR,,,,`);
    const { import: job } = await start(await uploaded([HEAD, ...lines].join('\n')));
    // The started worker leaves it alone: it looks as though another had it.
    await sql(
      graph,
      `UPDATE product_import SET claimed_until = now() + interval '30 minutes' WHERE id = $1`,
      [job.id],
    );
    const never = new AbortController().signal;
    const workAt = (hours: number, by: ProductsDeps['transaction']) =>
      runNextImport(
        {
          ...opened.services,
          clock: () => new Date(Date.now() + hours * 3_600_000),
          transaction: by,
        },
        importFilesAt(undefined),
        never,
      );
    const steps: boolean[] = [];
    let wake: () => void = () => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const counted = importsAs({ transaction }, ({ advance }) => ({
      advance: async (...given) => {
        const goesOn = await advance(...given);
        steps.push(goesOn);
        return goesOn;
      },
    }));
    let isStill = false;
    const first = workAt(1, async (work) => {
      // Between two transactions, so that it holds nothing but its claim.
      if (steps.length === 3) {
        isStill = true;
        await woken;
      }
      return counted(work);
    });
    await until(() => isStill);
    await workAt(2, opened.services.transaction);
    expect(await read(job.id)).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS });
    wake();
    await first;
    const listed = await sql(graph, 'SELECT 1 FROM product_variant WHERE sku LIKE $1', [
      `${batch}-%`,
    ]);
    return { steps, listed: listed.length, job: await read(job.id) };
  }

  test('finds that another has it by now, and does nothing more', async () => {
    const { steps, listed, job } = await takenOver();
    expect(steps).toEqual([true, true, true, false]);
    expect(listed).toBe(ROWS);
    expect(job).toMatchObject({ status: 'SUCCEEDED', accepted: ROWS, refused: 0 });
  });

  test('does all the rest once more where nobody looks whose it is (mutant)', async () => {
    const { steps } = await takenOver(
      importsAs(opened.services, ({ advance }) => ({
        advance: async (...given) => {
          await advance(...given);
          return true;
        },
      })),
    );
    expect(steps).toHaveLength(ROWS);
  });
});
