import { openClient } from '@souk/runtime/postgres';
import { SEARCH_VERSION } from '@souk/runtime/search';

/** What products are called; each word is in a tenth of the titles. */
export const MATERIALS = [
  ...['brass', 'copper', 'clay', 'glass', 'oak', 'linen', 'wool', 'steel', 'stone', 'paper'],
];
export const THINGS = [
  ...['lamp', 'kettle', 'jug', 'bowl', 'chair', 'shirt', 'blanket', 'knife', 'vase', 'frame'],
];

export const CATEGORIES = 50;
const SELLERS = 100;

const id = (prefix: string, expression: string): string =>
  `'${prefix}_01h455vb4pex5vsknk' || lpad((${expression})::text, 8, '0')`;
const wordOf = (words: readonly string[], expression: string): string =>
  `(ARRAY['${words.join("','")}'])[1 + (${expression})::int % ${words.length}]`;

/** The products that come behind the first `from` of them, up to `to`. */
export interface Growth {
  readonly from: number;
  readonly to: number;
}

const fillOf = ({ from, to }: Growth): string[] => {
  const numbers = `generate_series(${from + 1}, ${to}) n`;
  const between = (column: string) =>
    `${column} > ${id('prd', `${from}`)} AND ${column} <= ${id('prd', `${to}`)}`;
  const made = between('id');
  const variants = `product_variant v WHERE ${between('v.product_id')}`;
  return [
    `INSERT INTO category (id, slug, name, parent_id)
     SELECT ${id('cat', 'n')}, 'category-' || n, 'Category ' || n, CASE WHEN n > 5 THEN ${id('cat', '1 + n % 5')} END
     FROM generate_series(1, ${CATEGORIES}) n ON CONFLICT DO NOTHING`,
    `INSERT INTO seller (id, handle, display_name, status, created_at, updated_at)
     SELECT ${id('sel', 'n')}, 'seller-' || n, 'Seller ' || n, 'ACTIVE', now(), now()
     FROM generate_series(1, ${SELLERS}) n ON CONFLICT DO NOTHING`,
    `INSERT INTO product (id, seller_id, slug, title, status, currency, min_price_minor, max_price_minor,
       published_at, created_at, updated_at, search, title_key, search_version)
     SELECT ${id('prd', 'n')}, ${id('sel', `1 + n % ${SELLERS}`)}, 'product-' || n, title, 'ACTIVE', 'EUR',
       100 + n::bigint * 7919 % 99900, 100 + n::bigint * 7919 % 99900, now(), now(), now(),
       setweight(to_tsvector('simple', title), 'A'), title, ${SEARCH_VERSION}
     FROM (SELECT n, ${wordOf(MATERIALS, 'n / 10')} || ' ' || ${wordOf(THINGS, 'n')} || ' ' || n AS title
       FROM ${numbers}) p`,
    `INSERT INTO product_variant (id, product_id, position, seller_id, sku, title, currency, price_minor, created_at, updated_at)
     SELECT replace(id, 'prd_', 'var_'), id, 0, seller_id, 'SKU-' || slug, title, currency, min_price_minor, now(), now()
     FROM product WHERE ${made}`,
    `INSERT INTO stock_item (variant_id, on_hand, updated_at) SELECT v.id, 10, now() FROM ${variants}`,
    `INSERT INTO price_change (variant_id, changed_at, price_minor) SELECT v.id, now(), v.price_minor FROM ${variants}`,
    `INSERT INTO product_category (product_id, category_id)
     SELECT ${id('prd', 'n')}, ${id('cat', `1 + n % ${CATEGORIES}`)} FROM ${numbers}`,
    // What triggers do one by one.
    `INSERT INTO listing SELECT * FROM places_of(ARRAY(SELECT id FROM product WHERE ${made}))`,
    'ANALYZE',
  ];
};

/** Lets the catalogue grow by products on sale, in categories and of sellers, as the subgraph would have written them. */
export async function fillCatalogue(connectionString: string, growth: Growth): Promise<void> {
  const client = openClient({ connectionString });
  await client.connect();
  try {
    await client.query("SET session_replication_role = 'replica'");
    for (const statement of fillOf(growth)) await client.query(statement);
  } finally {
    await client.end();
  }
}
