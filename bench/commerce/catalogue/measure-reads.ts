import { median } from '../../median.ts';
import { MATERIALS, THINGS } from './fill-catalogue.ts';

/** How long a read took, on a catalogue with this many products. */
export interface MeasuredRead {
  readonly products: number;
  readonly read: string;
  readonly medianMs: number;
  /** Of twenty asks, one took longer. */
  readonly slowMs: number;
}

const PAGE = 20;
const WARMUP = 20;

const CARD = `totalCount pageInfo { endCursor hasNextPage } edges { node {
  id slug title availability featuredMedia { id } seller { displayName } rating { average count }
  priceRange { min { minorUnits currency formatted } } } }`;
const QUERY = `query Catalogue($query: String, $filter: ProductFilter, $sort: ProductSort, $first: Int!, $after: String) {
  products(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) { ${CARD} } }`;
/** The same without what is counted of all pages. */
const PAGES = QUERY.replace('totalCount ', '');

interface Page {
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  readonly edges: readonly unknown[];
}

export type Ask = (query: string, variables: object) => Promise<Page>;

/** Asks a gateway for a page of products. */
export const askerAt =
  (url: string): Ask =>
  async (query, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { first: PAGE, ...variables } }),
    });
    const { data, errors } = (await response.json()) as {
      data: { products: Page };
      errors?: object[];
    };
    if (errors) throw new Error(JSON.stringify(errors));
    if (data.products.edges.length === 0) throw new Error('A page is empty.');
    return data.products;
  };

/** Asks for pages of the catalogue one by one, near and deep, and for what words find. */
export async function measureReads(
  ask: Ask,
  { products, asks }: { products: number; asks: number },
): Promise<MeasuredRead[]> {
  await untilAnswered(ask);
  const deep = await cursorAt(Math.floor(products / 2), (variables) => ask(PAGES, variables));
  const price = { currency: 'EUR', minMinorUnits: 20_000, maxMinorUnits: 40_000 };
  const wordsOf = (n: number) =>
    `${MATERIALS[n % MATERIALS.length]} ${THINGS[Math.floor(n / 10) % THINGS.length]}`;
  const reads: Record<string, (n: number) => Promise<Page>> = {
    'first page': () => ask(PAGES, {}),
    'a page half way in': () => ask(PAGES, { after: deep }),
    'first page and how many there are': () => ask(QUERY, {}),
    'first page by price, of a range': () => ask(PAGES, { filter: { price }, sort: 'PRICE_ASC' }),
    'search for two words': (n) => ask(PAGES, { query: wordsOf(n) }),
  };
  const measured: MeasuredRead[] = [];
  for (const [read, run] of Object.entries(reads)) {
    const times: number[] = [];
    for (let n = 0; n < WARMUP + asks; n += 1) {
      const begun = performance.now();
      await run(n);
      if (n >= WARMUP) times.push(performance.now() - begun);
    }
    const sorted = times.sort((a, b) => a - b);
    const slowMs = sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
    measured.push({ products, read, medianMs: median(times), slowMs });
  }
  return measured;
}

/** The cursor after this many products; pages are turned to get there. */
async function cursorAt(
  place: number,
  ask: (variables: object) => Promise<Page>,
): Promise<string | null> {
  let after: string | null = null;
  for (let turned = 0; turned < place; turned += 100) {
    const { pageInfo } = await ask({ first: 100, after });
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  return after;
}

/** The first asks of all find processes that have planned and prepared nothing yet. */
async function untilAnswered(ask: Ask): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await ask(PAGES, {});
      return;
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}
