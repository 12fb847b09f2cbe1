import type { SubgraphName } from '../../souk.config.ts';
import { randomUuid } from './random-uuid.ts';
import chat from './samples/chat.graphql';
import groups from './samples/groups.graphql';
import notifications from './samples/notifications.graphql';
import orders from './samples/orders.graphql';
import products from './samples/products.graphql';
import users from './samples/users.graphql';

export interface Sample {
  readonly query: string;
  /** The JSON text of all variables of the document's operations. */
  readonly variables: string;
}

const sample = (query: string, variables: Record<string, unknown> = {}): Sample => ({
  query,
  variables: Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : '',
});

const ADDRESS = {
  name: 'Ada Lovelace',
  line1: '12 Market Street',
  city: 'London',
  postalCode: 'W1 1AA',
  country: 'GB',
};

const number = () => Math.floor(1_000 + Math.random() * 9_000);

/**
 * A tab for each subgraph, with something to ask, to do and to watch. Keys are new on each visit, so that the
 * first run of a sample is never taken for a repetition. The first is what a visitor sees
 * the answer of, so it asks for what everybody may read.
 */
export function samples(): Sample[] {
  const username = `guest_${number()}`;
  const bySubgraph: Record<SubgraphName, Sample> = {
    products: sample(products, {
      product: {
        title: 'Brass lantern',
        description: 'Hand made, with coloured glass.',
        variants: [
          {
            sku: `LANTERN-${number()}`,
            price: { minorUnits: 4_900, currency: 'EUR' },
            openingStock: 10,
          },
        ],
        idempotencyKey: randomUuid(),
      },
    }),
    orders: sample(orders, {
      variantId: 'var_… from the catalogue',
      key: randomUuid(),
      checkout: {
        cartId: 'crt_… of the cart',
        email: 'ada@example.org',
        shippingAddress: ADDRESS,
      },
      input: {
        cartId: 'crt_… of the cart',
        cartVersion: 0,
        expectedTotal: { minorUnits: 0, currency: 'EUR' },
        paymentMethodCode: 'test_card',
        idempotencyKey: randomUuid(),
      },
      number: 'of the order',
      token: 'from guestAccess',
      order: {
        lines: [{ variantId: 'var_… from the catalogue', quantity: 1 }],
        shippingAddress: ADDRESS,
        idempotencyKey: randomUuid(),
      },
    }),
    groups: sample(groups, {
      group: {
        name: 'Lantern makers',
        slug: `lanterns-${number()}`,
        visibility: 'PUBLIC',
        joinPolicy: 'OPEN',
        idempotencyKey: randomUuid(),
      },
      groupId: 'grp_… of the group',
      invitation: {
        groupId: 'grp_… of the group',
        maxUses: 10,
        idempotencyKey: randomUuid(),
      },
    }),
    chat: sample(chat, {
      roomId: 'room_… of the room',
      message: { roomId: 'room_… of the room', clientMessageId: randomUuid(), text: 'Hello!' },
      sellerId: 'sel_… of the seller',
    }),
    notifications: sample(notifications),
    users: sample(users, {
      person: { email: `${username}@example.org`, username, password: 'correct horse battery' },
      username,
    }),
  };
  return Object.values(bySubgraph);
}
