import { randomUUID } from 'node:crypto';
import { newId, type Viewer } from '@souk/runtime/domain';
import { openClient } from '@souk/runtime/postgres';
import { type Answer, as, insist, type StartedSubgraph, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { list, pictureOf, startProducts, variantIdOf } from './catalogue.ts';
import { countStarsByReading } from './mutants/count-stars-by-reading.ts';

let graph: StartedSubgraph;
let db: ReturnType<typeof openClient>;
const [seller, moderator] = [as('sela'), as('mo', 'MODERATOR')];
beforeAll(async () => {
  graph = await startProducts({ worker: true });
  db = openClient({ connectionString: graph.databaseUrl });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await graph[Symbol.asyncDispose]();
});

const ERRORS = 'errors { __typename ... on UserError { code path } }';
const REVIEW =
  'id rating title text media { id } hidden hiddenReason editedAt viewerCan author { id } answer { text seller { id } }';
const CREATE = `mutation ($input: CreateReviewInput!) {
  createReview(input: $input) { review { ${REVIEW} } product { rating { average count } } replayed ${ERRORS} } }`;
const CHANGE = `mutation ($input: UpdateReviewInput!) {
  updateReview(input: $input) { review { ${REVIEW} } product { rating { average count } } ${ERRORS} } }`;
const DELETE = `mutation ($reviewId: ID!) {
  deleteReview(reviewId: $reviewId) { deletedId product { rating { average count } } ${ERRORS} } }`;
const ANSWER = `mutation ($reviewId: ID!, $text: String) {
  answerReview(reviewId: $reviewId, text: $text) { review { ${REVIEW} } ${ERRORS} } }`;
const REPORT = `mutation ($reviewId: ID!) {
  reportReview(reviewId: $reviewId, reason: SPAM, note: "Bought") { review { id reportReasons } ${ERRORS} } }`;
const HIDE = `mutation ($reviewId: ID!, $on: Boolean!) {
  setReviewHidden(reviewId: $reviewId, on: $on, reason: "Untrue") { review { ${REVIEW} } ${ERRORS} } }`;

async function ask(
  query: string,
  variables: object,
  viewer: Viewer | null,
): Promise<Answer['data']> {
  const { data, errors } = await insist(() => graph.execute(query, { ...variables }, viewer));
  return Object.values(data ?? {})[0] ?? errors?.[0]?.extensions?.code;
}
const codes = ({ errors }: { errors: { code: string }[] }) => errors.map(({ code }) => code);

/** Somebody pays for so many lines of a product; gives the ids of the lines. */
async function buy(
  product: { id: string; defaultVariant: { id: string } },
  buyer: Viewer,
  count = 1,
) {
  const lines = Array.from({ length: count }, () => ({
    ...{ lineId: newId('oln'), variantId: variantIdOf(product), productId: product.id },
    ...{ sellerId: 'sel_x', quantity: 1 },
  }));
  const paid = { orderId: newId('ord'), number: 'S-1', buyerId: buyer.userId, lines };
  await graph.deliver('orders.OrderPaid', paid);
  await until(async () => {
    const { rows } = await db.query('SELECT 1 FROM purchase WHERE order_id = $1', [paid.orderId]);
    return rows.length === count;
  });
  return lines.map(({ lineId }) => lineId);
}

const seen = async (productId: string, viewer: Viewer | null = null, args = '') => {
  const query = `query ($id: ID!) { product(id: $id) {
    rating { average count distribution } seller { rating { count distribution } } viewerCan viewerReview { id }
    reviews${args} { totalCount edges { node { ${REVIEW} } } pageInfo { hasNextPage endCursor } } } }`;
  // Of what is nobody's who is not signed in there is an error beside the rest.
  return (await graph.execute(query, { id: productId }, viewer)).data.product;
};

test('a review shows pictures of its author’s, in order', async () => {
  const product = await list(graph);
  const bo = as('bo');
  const [orderLineId] = await buy(product, bo);
  const [a, b] = [await pictureOf(graph, bo), await pictureOf(graph, bo)];
  const foreign = await pictureOf(graph, seller);
  const input = { orderLineId, rating: 5 };
  expect(codes(await ask(CREATE, { input: { ...input, mediaIds: [foreign] } }, bo))).toEqual([
    'MEDIA_NOT_FOUND',
  ]);
  const { review } = await ask(CREATE, { input: { ...input, mediaIds: [a, b] } }, bo);
  expect(review.media).toEqual([{ id: a }, { id: b }]);
  const { id } = review;
  const changed = await ask(CHANGE, { input: { id, mediaIds: [b] } }, bo);
  expect(changed.review).toMatchObject({ media: [{ id: b }], editedAt: expect.any(String) });
  expect((await ask(CHANGE, { input: { id, text: 'More.' } }, bo)).review.media).toEqual([
    { id: b },
  ]);
});

test('a buyer reviews each line once, also with a repeated key, and only what they bought', async () => {
  const product = await list(graph);
  const bo = as('bo');
  const [lineId, other] = await buy(product, bo, 2);
  const input = { orderLineId: lineId, rating: 4, title: 'Good', text: 'It shines.' };
  const keyed = { ...input, idempotencyKey: randomUUID() };
  expect((await seen(product.id, bo)).viewerCan).toEqual(['REVIEW']);
  const first = await ask(CREATE, { input: keyed }, bo);
  expect(first).toMatchObject({
    review: { rating: 4, title: 'Good', author: { id: bo.userId }, viewerCan: ['EDIT', 'DELETE'] },
    product: { rating: { average: 4, count: 1 } },
    ...{ replayed: false, errors: [] },
  });
  expect(await ask(CREATE, { input: keyed }, bo)).toMatchObject({
    ...{ replayed: true, review: { id: first.review.id } },
  });
  expect(codes(await ask(CREATE, { input }, bo))).toEqual(['REVIEW_EXISTS']);
  for (const [viewer, orderLineId] of [
    [as('eve'), other],
    [bo, newId('usr')],
    [bo, 'oln_01h455vb4pex5vsknk084sn02q'],
  ] as const) {
    const refused = await ask(CREATE, { input: { ...input, orderLineId } }, viewer);
    expect(codes(refused)).toEqual(['ORDER_LINE_NOT_FOUND']);
  }
  expect(
    codes(await ask(CREATE, { input: { ...input, orderLineId: other, rating: 6 } }, bo)),
  ).toEqual(['BAD_USER_INPUT']);
  const lines = [
    { __typename: 'OrderLine', id: lineId },
    { __typename: 'OrderLine', id: other },
  ];
  const REPS = `query ($lines: [_Any!]!) { _entities(representations: $lines) {
    ... on OrderLine { viewerReview { id } viewerCanReview } } }`;
  expect((await graph.ask(REPS, { lines }, bo))._entities).toEqual([
    { viewerReview: { id: first.review.id }, viewerCanReview: false },
    { viewerReview: null, viewerCanReview: true },
  ]);
  expect((await graph.ask(REPS, { lines }, as('eve')))._entities[0]).toEqual({
    ...{ viewerReview: null, viewerCanReview: false },
  });
  expect((await seen(product.id, bo)).viewerReview).toEqual({ id: first.review.id });
});

test('a line that is reviewed, taken back and reviewed again is news each time, and not for ever', async () => {
  const product = await list(graph);
  const bo = as('bo');
  const [orderLineId] = await buy(product, bo);
  const input = { orderLineId, rating: 1 };
  const announced = async () =>
    (
      await sql(
        graph,
        `SELECT 1 FROM event_record WHERE stream = $1 AND type = 'products.ReviewPosted'`,
        [`product:${product.id}`],
      )
    ).length;
  const REMOVE = `mutation ($id: ID!) { deleteReview(reviewId: $id) { deletedId errors { ... on UserError { code } } } }`;
  for (let times = 0; times < 10; times += 1) {
    const { review } = await ask(CREATE, { input }, bo);
    expect(await announced()).toBe(times + 1);
    expect((await graph.ask(REMOVE, { id: review.id }, bo)).deleteReview.errors).toEqual([]);
  }
  expect(codes(await ask(CREATE, { input }, bo))).toEqual(['REVIEWED_TOO_OFTEN']);
  expect(await announced()).toBe(10);
  // Another line of theirs is another purchase.
  const [other] = await buy(product, bo);
  expect(codes(await ask(CREATE, { input: { ...input, orderLineId: other } }, bo))).toEqual([]);
  expect(await announced()).toBe(11);
});

test('a review that is taken back is announced, and whether its author has another of the product', async () => {
  const product = await list(graph);
  const bo = as('bo');
  const lines = await buy(product, bo, 2);
  const given = [];
  for (const orderLineId of lines)
    given.push((await ask(CREATE, { input: { orderLineId, rating: 2 } }, bo)).review.id);
  for (const reviewId of given) await ask(DELETE, { reviewId }, bo);
  const announced = await sql(
    graph,
    `SELECT payload FROM event_record WHERE stream = $1 AND type = 'products.ReviewDeleted' ORDER BY sequence`,
    [`product:${product.id}`],
  );
  const of = {
    productId: product.id,
    sellerId: expect.stringMatching(/^sel_/),
    authorId: bo.userId,
  };
  expect(announced.map(({ payload }) => payload)).toEqual([
    { reviewId: given[0], ...of, isLast: false },
    { reviewId: given[1], ...of, isLast: true },
  ]);
});

test("the seller's people cannot review its products, and can answer reviews", async () => {
  const product = await list(graph);
  const [own] = await buy(product, seller);
  expect(codes(await ask(CREATE, { input: { orderLineId: own, rating: 5 } }, seller))).toEqual([
    'OWN_PRODUCT',
  ]);
  const bo = as('bo');
  const [lineId] = await buy(product, bo);
  const { review } = await ask(CREATE, { input: { orderLineId: lineId, rating: 2 } }, bo);
  const text = 'We are sorry.';
  expect(codes(await ask(ANSWER, { reviewId: review.id, text }, bo))).toEqual(['NOT_YOUR_REVIEW']);
  const answered = await ask(ANSWER, { reviewId: review.id, text }, seller);
  expect(answered.review.answer).toMatchObject({ text });
  expect((await ask(ANSWER, { reviewId: review.id, text: null }, seller)).review.answer).toBeNull();
});

test('a review that is changed, hidden, shown and taken back is counted as it is', async () => {
  const product = await list(graph);
  const [ada, bo, eve] = [as('ada'), as('bo'), as('eve')];
  const given: string[] = [];
  for (const [buyer, rating] of [
    [ada, 5],
    [bo, 2],
  ] as const) {
    const [orderLineId] = await buy(product, buyer);
    given.push((await ask(CREATE, { input: { orderLineId, rating } }, buyer)).review.id);
  }
  const [adas, bos] = given;
  const rating = async () => (await seen(product.id)).rating;
  expect(await rating()).toEqual({ average: 3.5, count: 2, distribution: [0, 1, 0, 0, 1] });
  expect(codes(await ask(CHANGE, { input: { id: bos, rating: 3 } }, bo))).toEqual([]);
  expect((await rating()).distribution).toEqual([0, 0, 1, 0, 1]);
  expect(codes(await ask(CHANGE, { input: { id: bos, rating: 1 } }, eve))).toEqual([
    'NOT_YOUR_REVIEW',
  ]);

  expect((await ask(REPORT, { reviewId: bos }, eve)).review.reportReasons).toEqual([]);
  await ask(REPORT, { reviewId: bos }, eve);
  const reported = '{ reportedReviews { totalCount edges { node { id reportReasons } } } }';
  expect((await graph.ask(reported, {}, moderator)).reportedReviews).toEqual({
    ...{ totalCount: 1, edges: [{ node: { id: bos, reportReasons: ['SPAM'] } }] },
  });
  expect(await ask(reported, {}, eve)).toBe('FORBIDDEN');
  expect(codes(await ask(HIDE, { reviewId: bos, on: true }, seller))).toEqual(['FORBIDDEN']);
  for (const on of [true, true]) await ask(HIDE, { reviewId: bos, on }, moderator);
  expect(await rating()).toEqual({ average: 5, count: 1, distribution: [0, 0, 0, 0, 1] });
  expect((await seen(product.id)).reviews.totalCount).toBe(1);
  const byId =
    'query ($reps: [_Any!]!) { _entities(representations: $reps) { ... on Review { hidden hiddenReason } } }';
  const found = async (viewer: Viewer | null) =>
    (await graph.ask(byId, { reps: [{ __typename: 'Review', id: bos }] }, viewer))._entities[0];
  expect(await Promise.all([null, eve, seller].map(found))).toEqual([null, null, null]);
  expect(await found(bo)).toEqual({ hidden: true, hiddenReason: 'Untrue' });
  expect(codes(await ask(REPORT, { reviewId: bos }, eve))).toEqual(['REVIEW_NOT_FOUND']);
  // Taken back, it could be given again and be shown.
  expect(codes(await ask(DELETE, { reviewId: bos }, bo))).toEqual(['NOT_YOUR_REVIEW']);
  await ask(CHANGE, { input: { id: bos, rating: 1 } }, bo);
  expect((await rating()).count).toBe(1);
  await ask(HIDE, { reviewId: bos, on: false }, moderator);
  expect((await graph.ask(reported, {}, moderator)).reportedReviews.totalCount).toBe(0);
  expect((await rating()).distribution).toEqual([1, 0, 0, 0, 1]);

  for (const [reviewId, author] of [
    [adas, ada],
    [bos, bo],
  ] as const) {
    expect((await ask(DELETE, { reviewId }, author)).deletedId).toBe(reviewId);
  }
  expect(await rating()).toEqual({ average: null, count: 0, distribution: [0, 0, 0, 0, 0] });
});

test('reviews are read in pages, in each order, and by number of stars', async () => {
  const product = await list(graph);
  const buyer = as('pager');
  const ratings = [3, 5, 1, 5, 2];
  for (const [index, orderLineId] of (await buy(product, buyer, ratings.length)).entries()) {
    await ask(CREATE, { input: { orderLineId, rating: ratings[index] } }, buyer);
  }
  const read = async (sort: string) => {
    const found: number[] = [];
    let after: string | null = null;
    do {
      const args = `(sort: ${sort}, first: 2, after: ${JSON.stringify(after)})`;
      const { reviews } = await seen(product.id, null, args);
      expect(reviews.totalCount).toBe(5);
      found.push(...reviews.edges.map(({ node }: { node: { rating: number } }) => node.rating));
      after = reviews.pageInfo.hasNextPage ? reviews.pageInfo.endCursor : null;
    } while (after);
    return found;
  };
  expect(await read('NEWEST')).toEqual([2, 5, 1, 5, 3]);
  expect(await read('RATING_HIGH')).toEqual([5, 5, 3, 2, 1]);
  expect(await read('RATING_LOW')).toEqual([1, 2, 3, 5, 5]);
  expect((await seen(product.id, null, '(rating: 5)')).reviews.totalCount).toBe(2);
});

test('a product of millions of stars can be rated on, and is on its shelves', async () => {
  const product = await list(graph);
  await db.query(
    'INSERT INTO product_rating (product_id, one, five) VALUES ($1, 600000, 2000000)',
    [product.id],
  );
  const [orderLineId] = await buy(product, as('bo'));
  const { product: rated } = await ask(CREATE, { input: { orderLineId, rating: 5 } }, as('bo'));
  expect(rated.rating.count).toBe(2_600_001);
  const { rows } = await db.query('SELECT rating FROM listing WHERE product_id = $1', [product.id]);
  expect(new Set(rows.map((row) => row.rating))).toEqual(new Set([4076]));
});

describe('many reviews of one product at once', () => {
  const at_once = async () => {
    const product = await list(graph);
    const buyers = Array.from({ length: 8 }, (_, index) => as(`crowd-${index}`));
    const lines = await Promise.all(buyers.map((buyer) => buy(product, buyer)));
    const created = await Promise.all(
      lines.map(([orderLineId], index) =>
        ask(CREATE, { input: { orderLineId, rating: 1 + (index % 5) } }, buyers[index] as Viewer),
      ),
    );
    const changes = created.map(
      ({ review }, index) =>
        () =>
          index % 2 === 0
            ? ask(CHANGE, { input: { id: review.id, rating: 5 } }, buyers[index] as Viewer)
            : ask(DELETE, { reviewId: review.id }, buyers[index] as Viewer),
    );
    // Each twice: who comes second changes nothing, or finds nothing.
    await Promise.all([...changes, ...changes].map((change) => change()));
    const { rating } = await seen(product.id);
    const { rows } = await db.query('SELECT rating FROM review WHERE product_id = $1', [
      product.id,
    ]);
    return { counted: rating.distribution, there: rows.map((row) => row.rating) };
  };

  test('are all counted through every change', async () => {
    const { counted, there } = await at_once();
    expect(there).toHaveLength(4);
    expect(counted).toEqual([1, 2, 3, 4, 5].map((n) => there.filter((one) => one === n).length));
  });

  test('of many products of one seller are counted for it, too', async () => {
    const shop = as('busy');
    const products = await Promise.all([1, 2, 3, 4].map(() => list(graph, {}, shop)));
    const buyers = products.map((_, index) => as(`shopper-${index}`));
    const lines = await Promise.all(
      products.map((product, index) => buy(product, buyers[index] as Viewer)),
    );
    const rate = ([orderLineId]: string[], index: number) =>
      ask(CREATE, { input: { orderLineId, rating: 4 } }, buyers[index] as Viewer);
    const created = await Promise.all(lines.map(rate));
    const ofSeller = async () => (await seen(products[0].id)).seller.rating;
    expect(await ofSeller()).toEqual({ count: 4, distribution: [0, 0, 0, 4, 0] });
    await Promise.all([
      ask(CHANGE, { input: { id: created[0].review.id, rating: 1 } }, buyers[0] as Viewer),
      ask(DELETE, { reviewId: created[1].review.id }, buyers[1] as Viewer),
    ]);
    expect(await ofSeller()).toEqual({ count: 3, distribution: [1, 0, 0, 2, 0] });
  });

  test('are lost where the counts are read before they are written (mutant)', async () => {
    const product = await list(graph);
    const other = openClient({ connectionString: graph.databaseUrl });
    await other.connect();
    await countStarsByReading([db, other], product.id);
    await other.end();
    expect((await seen(product.id)).rating.count).toBe(1);
  });
});
