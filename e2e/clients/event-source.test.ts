import { randomUUID } from 'node:crypto';
import { until } from '@souk/testkit';
import { CHROMIUM, launchChromium } from '@souk/testkit/playground';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { useStage } from './stage.ts';

// What a web page can do without a library, using fetch and the browser's own EventSource.

const CATALOG_EVENTS = `subscription CatalogEvents($productIds: [ID!], $after: EventCursor) {
  catalogEvents(productIds: $productIds, after: $after) {
    __typename
    ... on ProductChanged { cursor product { title seller { displayName } } }
    ... on CaughtUp { replayed }
    ... on StreamReset { reason }
  }
}`;

/** The events that a page received, in order. */
interface Heard {
  opened: number;
  ids: string[];
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an event is its own affair.
  results: any[];
  completed: boolean;
}

describe.skipIf(!CHROMIUM)('in Chromium (where there is none, set CHROMIUM to its path)', () => {
  const stage = useStage();
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(CHROMIUM as string);
  });
  afterAll(() => browser?.close());

  /** A page that is served beside the gateway, as behind one balancer. */
  const openPage = async (): Promise<Page> => {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const address = `${stage().line.url}/shop-window`;
    await page.route(address, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Shop</title>' }),
    );
    await page.goto(address);
    return page;
  };

  test('a page asks and changes by fetch', async () => {
    const { ada } = stage();
    const page = await openPage();
    const renamed = await ask(
      page,
      `mutation { updateProfile(input: { bio: "Analyst" }) { user { bio } errors { __typename } } }`,
      {},
      ada.token,
    );
    expect(renamed).toEqual({ data: { updateProfile: { user: { bio: 'Analyst' }, errors: [] } } });
    expect(await ask(page, '{ viewer { user { displayName bio } } }', {}, ada.token)).toEqual({
      data: { viewer: { user: { displayName: 'Ada Lovelace', bio: 'Analyst' } } },
    });
  });

  test('a public stream sends each event with its fields from other subgraphs', async () => {
    const page = await openPage();
    const product = await createProduct();
    const heard = await listen(page, { productIds: [product.id] });
    await until(async () => (await heard()).results.length === 1);
    await product.rename('Oak bowl');
    const { results } = await heardAtLeast(heard, 2);
    expect(results[1].data.catalogEvents).toMatchObject({
      __typename: 'ProductChanged',
      product: { title: 'Oak bowl', seller: { displayName: expect.stringMatching(/./) } },
    });
  });

  test('after an outage the browser continues by itself after the last event', async () => {
    const { line } = stage();
    const page = await openPage();
    const product = await createProduct();
    const heard = await listen(page, { productIds: [product.id] });
    await heardAtLeast(heard, 1);
    await product.rename('Bowl 1');
    await heardAtLeast(heard, 2);

    line.breakDown();
    await product.rename('Bowl 2');
    await product.rename('Bowl 3');
    line.mend();
    await until(async () => (await heard()).opened === 2);
    await product.rename('Bowl 4');
    const { results, ids } = await heardAtLeast(heard, 6);
    const events = results.map(({ data }) => data.catalogEvents);
    expect(events.map(({ __typename, replayed }) => replayed ?? __typename)).toEqual([
      0,
      'ProductChanged',
      'ProductChanged',
      'ProductChanged',
      2,
      'ProductChanged',
    ]);
    expect(events[5].product.title).toBe('Bowl 4');
    expect(ids.every((id) => id !== '')).toBe(true);
  });

  test('a private stream is refused with its code, since a page cannot bring a token', async () => {
    const page = await openPage();
    const heard = await listen(page, {}, 'subscription { accountEvents { __typename } }');
    await until(async () => (await heard()).completed);
    const { results, opened } = await heard();
    expect(results).toEqual([
      { errors: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } })] },
    ]);
    expect(opened).toBe(1);
  });

  test('a token in the address or in a cookie is none', async () => {
    const { ada, line } = stage();
    const page = await openPage();
    await page.context().addCookies([
      { name: 'authorization', value: `Bearer ${ada.token}`, url: line.url },
      { name: 'accessToken', value: ada.token, url: line.url },
    ]);
    const heard = await listen(page, {}, 'subscription { accountEvents { __typename } }', {
      authorization: `Bearer ${ada.token}`,
      accessToken: ada.token,
    });
    await until(async () => (await heard()).completed);
    const [refused] = (await heard()).results;
    expect(refused.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  test('a page of another origin reads nothing', async () => {
    const { souk } = stage();
    const page = await openPage();
    const heard = await listen(page, {}, CATALOG_EVENTS, {}, souk.url);
    await until(async () => (await page.evaluate('source.readyState')) === 2);
    expect(await heard()).toMatchObject({ opened: 0, results: [] });
  });

  async function createProduct() {
    const { souk, ada } = stage();
    const variants = [
      {
        sku: randomUUID().slice(0, 8),
        price: { minorUnits: 1999, currency: 'EUR' },
        openingStock: 5,
      },
    ];
    const data = await souk.ask(
      `mutation ($input: CreateProductInput!) { createProduct(input: $input) {
         product { id } errors { ... on UserError { code message } } } }`,
      { input: { title: 'Ash bowl', variants } },
      ada.token,
    );
    expect(data.createProduct.errors).toEqual([]);
    const { id } = data.createProduct.product as { id: string };
    return {
      id,
      rename: async (title: string) => {
        const renamed = await souk.ask(
          `mutation ($input: UpdateProductInput!) { updateProduct(input: $input) {
             product { title } errors { ... on UserError { code } } } }`,
          { input: { id, title } },
          ada.token,
        );
        expect(renamed.updateProduct).toEqual({ product: { title }, errors: [] });
      },
    };
  }
});

const heardAtLeast = async (heard: () => Promise<Heard>, count: number): Promise<Heard> =>
  until(async () => {
    const all = await heard();
    return all.results.length >= count && all;
  }) as Promise<Heard>;

/** Opens an EventSource on the page; gives what it has heard so far. */
async function listen(
  page: Page,
  variables: Record<string, unknown>,
  query = CATALOG_EVENTS,
  besides: Record<string, string> = {},
  origin = '',
): Promise<() => Promise<Heard>> {
  const search = new URLSearchParams({
    query,
    variables: JSON.stringify(variables),
    ...besides,
  });
  await page.evaluate(`
    var heard = { opened: 0, ids: [], results: [], completed: false };
    var source = new EventSource(${JSON.stringify(`${origin}/graphql?${search}`)});
    source.onopen = () => { heard.opened += 1; };
    source.addEventListener('next', ({ data, lastEventId }) => {
      heard.results.push(JSON.parse(data));
      heard.ids.push(lastEventId);
    });
    source.addEventListener('complete', () => { heard.completed = true; source.close(); });
  `);
  return () => page.evaluate('heard');
}

/** Asks from the page itself. */
const ask = (page: Page, query: string, variables: object, token: string): Promise<unknown> =>
  page.evaluate(
    ([body, authorization]) =>
      fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: String(authorization) },
        body,
      }).then((response) => response.json()),
    [JSON.stringify({ query, variables }), `Bearer ${token}`],
  );
