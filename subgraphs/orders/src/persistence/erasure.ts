import { type Erasure, ID_ALONE } from '@souk/runtime/persistence';

/** What orders knows of people. Purchases and their destinations are kept as long as the law requires. */
export const erasure: Erasure = {
  rules: [
    { table: 'cart', of: 'owner_id', rows: 'delete' },
    { table: 'followed_cart', of: 'key', rows: 'delete' },
    { table: 'product_purchase', of: 'buyer_id', rows: 'delete' },
  ],
  kept: {
    'cart.email': 'of guests; pruned with their carts',
    'seller_member.user_id': ID_ALONE,
    'placed_order.buyer_id': ID_ALONE,
    'placed_order.paid_by': ID_ALONE,
    'placed_order.email': 'kept with the order as long as the law asks',
    'seller_order.buyer_id': ID_ALONE,
    'timeline_entry.actor_id': ID_ALONE,
    'discount_code.created_by': ID_ALONE,
    'discount_use.buyer': ID_ALONE,
    'order_snapshot.shared_by': ID_ALONE,
  },
  notExported: {
    'timeline_entry.actor_id':
      'of orders of others as well, which are theirs; that of own orders comes with them',
    'placed_order.paid_by': 'the orders of others',
    'discount_code.created_by': 'what staff made for the market',
  },
  withheld: {
    'seller_order.commission_minor': 'what the seller agreed on',
    'order_line.commission_minor': 'what the seller agreed on',
    'payment.action': 'holds a secret of the payment',
  },
  belonging: [
    { table: 'cart_line', key: 'cart_id', to: 'cart' },
    { table: 'order_line', key: 'order_id', to: 'placed_order' },
    { table: 'payment', key: 'order_id', to: 'placed_order' },
    { table: 'shipment', key: 'seller_order_id', to: 'seller_order' },
    { table: 'refund', key: 'seller_order_id', to: 'seller_order' },
    { table: 'return_request', key: 'seller_order_id', to: 'seller_order' },
    { table: 'timeline_entry', key: 'order_id', to: 'placed_order' },
    { table: 'shipment_line', key: 'shipment_id', to: 'shipment' },
    { table: 'refund_line', key: 'refund_id', to: 'refund' },
    { table: 'return_line', key: 'return_id', to: 'return_request' },
  ],
  impersonal: {
    guest_access: 'opens an order, as a key does',
    guest_access_request: 'opens an order, as a key does',
    test_payment: 'what the test’s provider of payments keeps to itself',
    ledger_entry: 'a seller’s books, for its members',
    seller_account: 'a seller’s books, for its members',
    payout: 'a seller’s books, for its members',
    seller: 'a copy of what products says of sellers',
    priced_item: 'a copy of what products says of things',
    heard_product: 'how far products was heard',
    category_tree: 'a copy of what products says of categories',
    product_sales: 'how many, not who',
  },
};
