import { type Erasure, ID_ALONE } from '@souk/runtime/persistence';

const CATALOGUE = [
  ...['product', 'product_variant', 'product_option_value', 'product_former_slug'],
  ...['product_media', 'variant_media', 'product_category', 'category', 'category_former_slug'],
  ...['listing', 'price_change'],
];
const STOCK = ['stock_item', 'stock_claim', 'stock_claim_line', 'low_stock'];

/** What products knows of people. Legally required details of a trader stay with what they sold. */
export const erasure: Erasure = {
  rules: [
    {
      table: 'person',
      of: 'user_id',
      rows: { username: '', display_name: '' },
      sequence: 'sequence',
    },
    { table: 'suspended_user', of: 'user_id', rows: 'delete' },
    { table: 'review_report', of: 'user_id', rows: { note: null } },
    { table: 'own_media', of: 'owner_id', rows: { file_name: '', alt_text: null, url: null } },
    { table: 'product_import', of: 'requested_by', rows: { file_name: '' } },
    { table: 'stock_movement', of: 'actor_id', rows: { note: null } },
  ],
  kept: {
    'seller.named_after': 'goes with what the law keeps of a trader',
    'seller.email': 'what buyers may know of a trader by law, who closes the seller first',
    'seller.vat_id': 'what buyers may know of a trader by law, who closes the seller first',
    'seller.opened_by': ID_ALONE,
    'seller_member.user_id': ID_ALONE,
    'purchase.buyer_id': ID_ALONE,
    'review.author_id': 'reviews stay, and show no author any more',
  },
  notExported: {
    'seller.named_after': 'told by who owns it',
    'seller.opened_by': 'told by who owns it: whoever opened it may be out of it since',
    'seller.vat_id': 'no id of a person; in the row of the seller',
  },
  exportedWhile: {
    // A trader's, visible only to its members: not of people who have been removed from the seller since.
    'product_import.requested_by': `seller_id IN (SELECT m.seller_id FROM seller_member m
      WHERE m.user_id = $1 AND m.accepted_at IS NOT NULL)`,
  },
  belonging: [
    {
      ...{ table: 'seller', key: 'id', to: 'seller_member', by: 'seller_id' },
      only: `role = 'OWNER' AND accepted_at IS NOT NULL`,
    },
    { table: 'review_media', key: 'review_id', to: 'review' },
    { table: 'import_refusal', key: 'import_id', to: 'product_import' },
    { table: 'seller_commission', key: 'seller_id', to: 'seller' },
  ],
  impersonal: {
    ...Object.fromEntries(CATALOGUE.map((table) => [table, 'what is sold, by a seller'])),
    ...Object.fromEntries(STOCK.map((table) => [table, 'how much of it there is'])),
    product_rating: 'how many, not who',
    seller_rating: 'how many, not who',
    product_word: 'which words there are, for suggestions',
  },
};
