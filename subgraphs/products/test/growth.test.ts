import { deskIdOf, pairId, personalSellerIdOf, viewerIdOf } from '@souk/runtime/domain';
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
  growsWithDepth,
} from '@souk/testkit/growth';
import { expect, test } from 'vitest';
import { SEARCH_BOUNDS } from '../src/persistence/listing-search.ts';
import { retention } from '../src/persistence/retention.ts';
import { startProducts } from './catalogue.ts';

const { rows } = GROWTH;
const ADA = userIdOf('ada');
const SHOP = personalSellerIdOf(ADA);
const product = (expression: string) => grownIdSql('prd', expression);
const variant = (expression: string) => grownIdSql('var', expression);
const CATEGORIES = 20;
/** An entry of a shelf, its product by the index, and its options. */
const PAGES_OF_ENTRY = 10;
/** Each product has a review, and a few have as many as there are products. */
const REVIEWED = `CASE WHEN n > ${rows} THEN 1 + n % 5 ELSE n END`;
/** A seller of sixteen products, however many there are. */
const SMALL = grownId('sel', 777);

const FILL = [
  `INSERT INTO category (id, slug, name, parent_id)
   SELECT ${grownIdSql('cat', 'n')}, 'category-' || n, 'Category ' || n,
     CASE WHEN n > 3 THEN ${grownIdSql('cat', '1 + n % 3')} END
   FROM generate_series(1, ${CATEGORIES}) n`,
  `INSERT INTO seller (id, handle, display_name, status, created_at, updated_at, search, search_version)
   SELECT id, 'seller-' || abs(n) || CASE WHEN n < 0 THEN '-more' ELSE '' END, 'Seller ' || n, 'ACTIVE', now(), now(),
     array_to_tsvector(ARRAY['seller', n::text, '_status_ACTIVE']), ${SEARCH_VERSION}
   FROM (SELECT ${grownIdSql('sel', 'n')} AS id, n FROM generate_series(0, ${rows} / 10) n
     UNION ALL SELECT '${SMALL}', -1 WHERE ${rows} / 10 < 777 UNION ALL SELECT '${SHOP}', -2) s`,
  `INSERT INTO seller_member (seller_id, user_id, role, joined_at, accepted_at)
   SELECT id, CASE WHEN id = '${SHOP}' THEN '${ADA}' ELSE ${grownIdSql('usr', 'row_number() OVER (ORDER BY id)')} END,
     'OWNER', now(), now() FROM seller`,
  `INSERT INTO seller_commission (seller_id, category_id, basis_points) SELECT id, '', 1000 FROM seller`,
  `INSERT INTO product (id, seller_id, slug, title, status, currency, min_price_minor,
     max_price_minor, published_at, created_at, updated_at, search, title_key, search_version)
   SELECT ${product('n')}, CASE WHEN n % 3 = 0 THEN '${SHOP}' WHEN n <= 24 THEN '${SMALL}' ELSE ${grownIdSql('sel', 'n % 100')} END,
     'product-' || n, 'Product ' || n, CASE WHEN n % 50 = 0 THEN 'DRAFT' ELSE 'ACTIVE' END,
     CASE WHEN n % 10 = 0 THEN 'JPY' ELSE 'EUR' END, n % 997 * 100, n % 997 * 100, now(), now(), now(),
     array_to_tsvector(ARRAY['product', n::text]), 'product ' || lpad(n::text, 8, '0'), ${SEARCH_VERSION}
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO product_variant (id, product_id, position, seller_id, sku, title, currency, price_minor,
     selected_options, created_at, updated_at)
   SELECT ${variant('n')}, id, 0, seller_id, 'SKU-' || n, title, currency, min_price_minor,
     jsonb_build_array(jsonb_build_object('name', 'Colour', 'value', (n / 10)::text)), now(), now()
   FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM product) p`,
  `INSERT INTO stock_item (variant_id, on_hand, low_stock_threshold, updated_at)
   SELECT ${variant('n')}, n % 7, n % 2, now() FROM generate_series(1, ${rows}) n`,
  `INSERT INTO product_category (product_id, category_id)
   SELECT ${product('n')}, ${grownIdSql('cat', `1 + n % ${CATEGORIES}`)}
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO stock_movement (id, variant_id, seller_id, on_hand_delta, reserved_delta, reason, occurred_at)
   SELECT m.id, v.id, v.seller_id, 1, 0, 'ADJUSTMENT', now() FROM (
     SELECT ${grownIdSql('mov', 'n')} AS id, ${variant('3 * (1 + n % 100)')} AS variant_id
     FROM generate_series(1, ${rows}) n) m JOIN product_variant v ON v.id = m.variant_id`,
  `INSERT INTO price_change (variant_id, changed_at, price_minor)
   SELECT id, now() - n * interval '20 days', 100 FROM product_variant, generate_series(0, 2) n`,
  `INSERT INTO product_rating (product_id, four) SELECT ${product('n')}, 1 FROM generate_series(1, ${rows}, 9) n`,
  `INSERT INTO purchase (line_id, order_id, buyer_id, product_id, variant_id, bought_at)
   SELECT ${grownIdSql('oln', 'n')}, ${grownIdSql('ord', 'n')}, ${grownIdSql('usr', 'n % 100')},
     ${product(REVIEWED)}, ${variant(REVIEWED)}, now() FROM generate_series(1, 2 * ${rows}) n`,
  `INSERT INTO review (id, line_id, product_id, variant_id, author_id, rating, reported, created_at)
   SELECT ${grownIdSql('rev', 'n')}, ${grownIdSql('oln', 'n')}, ${product(REVIEWED)},
     ${variant(REVIEWED)}, ${grownIdSql('usr', 'n % 100')}, 1 + n % 5, n <= 100, now()
   FROM generate_series(1, 2 * ${rows}) n`,
  `INSERT INTO review_report (review_id, user_id, reason, reported_at)
   SELECT ${grownIdSql('rev', 'n')}, ${grownIdSql('usr', 'n')}, 'SPAM', now() FROM generate_series(1, 100) n`,
  `INSERT INTO product_option_value (product_id, name, value)
   SELECT ${product('n')}, 'Colour', (n / 10)::text FROM generate_series(1, ${rows}) n`,
  // Numbers of products that are on sale; each was looked at a year ago.
  `INSERT INTO product_word (word, grams, seen_at) SELECT n::text, grams_of(n::text), now() - interval '1 year'
   FROM generate_series(1, ${rows} / 50) n WHERE n % 50 > 0`,
  `INSERT INTO own_media (media_id, owner_id, purpose, file_name, kept_at)
   SELECT ${grownIdSql('med', 'n')}, ${grownIdSql('usr', 'n % 100')}, 'PRODUCT_IMAGE', 'p.png', now() - interval '1 year'
   FROM generate_series(1, ${rows}) n`,
  `INSERT INTO product_import (id, seller_id, media_id, file_name, requested_by, status, claim, claimed_until, created_at)
   SELECT ${grownIdSql('imp', 'n')}, '${SHOP}', 'med', 'f', '${ADA}', 'SUCCEEDED', '', now(), now() FROM generate_series(1, ${rows} / 10) n`,
  `INSERT INTO import_refusal (import_id, row, position, code, message)
   SELECT ${grownIdSql('imp', '1 + n % 3')}, n, 0, 'BAD_USER_INPUT', 'x' FROM generate_series(1, ${rows}) n`,
  // What triggers do, one product after the other: entries of an index are looked up in the map of what is visible.
  'INSERT INTO listing SELECT * FROM places_of(NULL) ORDER BY 1, 2',
];

const filled = expectNoOverread('products', {
  start: startProducts,
  fill: FILL,
  sample: {
    ids: {
      Product: [1, 2, 3].map((n) => grownId('prd', n)),
      ProductVariant: [1, 2, 3].map((n) => grownId('var', n)),
      Category: [1, 2, 3].map((n) => grownId('cat', n)),
      Review: [1, 2, 3].map((n) => grownId('rev', n)),
      OrderLine: [1, 2, 3].map((n) => grownId('oln', n)),
      StockMovement: [1, 2, 3].map((n) => grownId('mov', n)),
      ProductImport: [1, 2, 3].map((n) => grownId('imp', n)),
      Seller: [SHOP],
      SellerDesk: [deskIdOf(SHOP)],
      SellerMember: [pairId('smb', SHOP, ADA)],
      Viewer: [viewerIdOf(ADA)],
    },
    values: {
      'Query.product.id': [grownId('prd', 1)],
      'Query.product.slug': ['product-1'],
      'Query.variant.id': [grownId('var', 1)],
      'Query.categories.parentId': [grownId('cat', 1)],
      'SellerDesk.variant.sku': ['SKU-3'],
      'SellerDesk.products.sort': ['RELEVANCE', 'NEWEST', 'TITLE'],
      'Seller.products.sort': ['RELEVANCE', 'NEWEST', 'TITLE'],
      'SellerDesk.products.query': ['77'],
      'Seller.products.query': ['77'],
      'SellerDesk.products.filter': [{ inStock: true }, { statuses: ['DRAFT'] }],
      'Seller.products.filter': [{ inStock: true }],
      'Category.products.sort': ['NEWEST'],
      'Category.products.query': ['77'],
      'Category.products.filter': [{ inStock: true }],
      'SellerDesk.stockMovements.variantId': [grownId('var', 3)],
      'Query.seller.id': [grownId('sel', 1)],
      'Product.reviews.rating': [5],
      'Query.productSuggestions.prefix': ['Product 0000', 'nothing'],
      'Query.sellers.status': ['ACTIVE'],
      'Query.sellers.query': ['777', 'nothing'],
      'Query.seller.handle': ['seller-1'],
      'Query.category.id': [grownId('cat', 1)],
      'Query.category.slug': ['category-1'],
      'Query.stockMovements.variantId': [grownId('var', 3)],
      'Query.products.sort': ['RELEVANCE', 'NEWEST', 'TITLE', 'RATING'],
      // The last is put right by a word on sale. All have the second, as many as are not put in order before they are read.
      'Query.products.query': ['77', 'product', 'product 77', 'nothing is called so', '323x'],
      'Query.products.filter': [
        { sellerIds: [SHOP] },
        { sellerIds: [SHOP, grownId('sel', 1), grownId('sel', 2)] },
        { sellerIds: [SHOP], statuses: ['DRAFT'] },
        { inStock: true },
        { minRating: 4 },
        // All that have it are looked at and put in order, as those that have a word.
        { options: [{ name: 'Colour', values: ['7'] }] },
        { inStock: false },
        { availabilities: ['LOW'] },
        { availabilities: ['IN_STOCK', 'LOW', 'OUT'] },
        { categoryIds: [grownId('cat', 5)] },
        { categoryIds: [grownId('cat', 1)] },
        // One product in a hundred; a page of a rarer range costs more (0029).
        { price: { currency: 'EUR', minMinorUnits: 100, maxMinorUnits: 1_000 } },
        { price: { currency: 'EUR', minMinorUnits: 100, maxMinorUnits: 199 } },
      ],
    },
    boundedPages: {
      // Whether so many sellers have the words: as many are looked at, at most.
      'WHERE nth = $2::int': FOUND_FIRST,
      // And so many with an option.
      'product_option_value\n      WHERE name': FOUND_FIRST,
      // Words that are like a mistyped one, of which the likest are looked for in what is on sale.
      'FROM product_word\n        WHERE grams': 2_000,
      // Entries that are walked for common words or options, and that are counted, with the product of each.
      'FROM product p WHERE p.id = l.product_id) IS TRUE': PAGES_OF_ENTRY * SEARCH_BOUNDS.walked,
      'FILTER (WHERE l.is_counted)': PAGES_OF_ENTRY * SEARCH_BOUNDS.counted,
      'p.looked_at <= ': PAGES_OF_ENTRY * SEARCH_BOUNDS.counted,
    },
    // Products and sellers; and with variants, categories or ratings, where these are asked for besides.
    variants: {
      'WHERE nth = $2::int': 2,
      'FROM product p WHERE p.id = l.product_id) IS TRUE': 2,
      'FILTER (WHERE l.is_counted)': 2,
      'p.looked_at <= ': 5,
    },
    // What stands close together is not met on a walk: all that have it are found after all.
    mostFound: Math.max(FOUND_FIRST + 1, rows / 50),
    pagesPerRow: {
      // A stock with its variant, product and seller; and three looks at the prices of a variant.
      'FROM stock_item s': 12,
      'FROM price_change p': 14,
    },
    pagesPerFound: {
      // Of each that has the words, its categories.
      'FROM product_category c': 4,
    },
    apart: {
      'ProductConnection.facets': 'counted over so many products at most: facets.test.ts',
    },
    unread: { 'Facet.buckets': 'what the facets above are made of' },
    together: {
      'Query.products': [
        ...['PRICE_ASC', 'PRICE_DESC'].map((sort) => ({
          sort,
          filter: { price: { currency: 'EUR' } },
        })),
        // Words that some have on shelves where many stand, and words that all have where few do.
        ...[{ sellerIds: [SHOP] }, { price: { currency: 'EUR', maxMinorUnits: 50_000 } }].map(
          (filter) => ({ query: '77', filter }),
        ),
        ...['TITLE', 'RATING', 'NEWEST'].map((sort) => ({ query: 'product', sort })),
        { query: 'product', sort: 'PRICE_ASC', filter: { price: { currency: 'EUR' } } },
        { query: 'product', filter: { sellerIds: [SHOP], inStock: true } },
        { query: 'product', filter: { categoryIds: [grownId('cat', 1)], minRating: 4 } },
        { query: 'product', filter: { price: { currency: 'EUR', maxMinorUnits: 50_000 } } },
        { query: 'product', filter: { sellerIds: [SMALL] } },
        { query: 'product', filter: { sellerIds: [SMALL], price: { currency: 'EUR' } } },
      ],
    },
  },
  viewer: as('ada', 'MODERATOR'),
  rules: retention,
  fewStay: {
    review_report: 'of reviews that were reported a year ago and that no staff has looked at yet',
  },
  reads: 21,
});

/** A page of one shelf behind a place: as lists read it, and as they would grow dearer the further in it lies. */
const ON_SHELF = `SELECT l.product_id FROM listing l WHERE l.shelf = '/' AND l.status = 'ACTIVE'
  AND l.published AND l.in_stock`;
const PAGES = {
  'by its place': `${ON_SHELF} AND l.product_id < $1 ORDER BY l.product_id DESC LIMIT 5`,
  'by what no index knows': `${ON_SHELF} AND l.product_id || '' < $1
    ORDER BY l.product_id DESC LIMIT 5`,
  'by how many come before': `${ON_SHELF} ORDER BY l.product_id DESC LIMIT 5
    OFFSET (SELECT coalesce(sum(1), 0) FROM (${ON_SHELF} AND l.product_id >= $1) before)`,
};

test(
  'a later page that is not found by its place looks at all before it, which would be seen (mutants)',
  async () => {
    const client = openClient(databasePool(filled().databaseUrl));
    await client.connect();
    for (const [way, text] of Object.entries(PAGES)) {
      const near = await costOfRead(client, { text, values: [grownId('prd', rows - 5)] });
      const far = await costOfRead(client, { text, values: [grownId('prd', rows - 905)] });
      expect([near.rows, far.rows]).toEqual([5, 5]);
      expect([way, growsWithDepth(near, far, { between: 300 })]).toEqual([
        way,
        way !== 'by its place',
      ]);
    }
    await client.end();
  },
  GROWTH.timeoutMs,
);
