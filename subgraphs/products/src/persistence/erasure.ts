import { type Erasure, ID_ALONE } from '@souk/runtime/persistence';

/** What products knows of people. What a trader has to say of themselves stays with what they sold. */
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
    'seller.opened_by': ID_ALONE,
    'seller_member.user_id': ID_ALONE,
    'purchase.buyer_id': ID_ALONE,
    'review.author_id': 'reviews stay, and show no author any more',
  },
  notExported: {
    'seller.named_after': 'told by who opened it',
  },
};
