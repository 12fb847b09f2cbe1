import { randomUUID } from 'node:crypto';
import { until } from '@souk/testkit';
import { expect } from 'vitest';
import type { Person, RunningSouk } from './running-souk.ts';
import { ADDRESS } from './support/postal-address.ts';

/** Two people who have dealt with each other, and a third who has no business in it. */
export interface SmallMarket {
  ada: Person;
  bo: Person;
  mallory: Person;
  variantId: string;
  productId: string;
  orderId: string;
  orderInput: Record<string, unknown> & { idempotencyKey: string };
  groupId: string;
  privateRoomId: string;
  directRoomId: string;
  messageId: string;
  messageKey: string;
  notificationId: string;
  /** Everything a request could have changed, as its owners see it. */
  state(): Promise<unknown>;
}

const ERRORS = 'errors { __typename ... on UserError { code } }';

/** Ada sells bowls, Bo has ordered one; they talk in a private room and in a direct one. */
export async function openSmallMarket(souk: RunningSouk): Promise<SmallMarket> {
  const [ada, bo, mallory] = await Promise.all([
    souk.register('ada', 'Ada'),
    souk.register('bo', 'Bo'),
    souk.register('mallory', 'Mallory'),
  ]);
  const done = async (field: string, { token }: Person, query: string, variables: object) => {
    const data = await souk.ask(query, variables, token);
    expect(data[field].errors).toEqual([]);
    return data[field];
  };

  const { product } = await done(
    'createProduct',
    ada,
    `mutation ($input: CreateProductInput!) {
       createProduct(input: $input) { product { id defaultVariant { id } } ${ERRORS} } }`,
    {
      input: {
        title: 'Bowl',
        variants: [{ sku: 'BOWL', price: { minorUnits: 1000, currency: 'EUR' }, openingStock: 5 }],
      },
    },
  );
  const variantId = product.defaultVariant.id;
  const orderInput = {
    lines: [{ variantId, quantity: 1 }],
    shippingAddress: ADDRESS,
    idempotencyKey: randomUUID(),
  };
  const orderId = await until(async () => {
    const data = await souk.ask(
      'mutation ($input: BuyNowInput!) { buyNow(input: $input) { order { id } } }',
      { input: orderInput },
      bo.token,
    );
    return data.buyNow.order?.id as string | undefined;
  });

  const { group } = await done(
    'createGroup',
    ada,
    `mutation { createGroup(input: { name: "Turners" }) { group { id } ${ERRORS} } }`,
    {},
  );
  const { room: privateRoom } = await done(
    'createRoom',
    ada,
    `mutation ($bo: ID!) { createRoom(input: { kind: PRIVATE, name: "plans", participantIds: [$bo] }) {
       room { id } ${ERRORS} } }`,
    { bo: bo.id },
  );
  const { room: directRoom } = await done(
    'openDirectRoom',
    ada,
    `mutation ($bo: ID!) { openDirectRoom(userIds: [$bo]) { room { id } ${ERRORS} } }`,
    { bo: bo.id },
  );
  const messageKey = randomUUID();
  const { message } = await done(
    'sendMessage',
    ada,
    `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } ${ERRORS} } }`,
    { input: { roomId: privateRoom.id, clientMessageId: messageKey, text: 'Tea?' } },
  );

  const seenBy = ({ token }: Person) =>
    souk.ask(
      STATE,
      { variantId, orderId, groupId: group.id, room: privateRoom.id, direct: directRoom.id },
      token,
    );
  const state = async () => ({
    ada: await seenBy(ada),
    bo: await seenBy(bo),
    mallory: await seenBy(mallory),
  });
  // What is under way comes to rest first, so that every later change is somebody's doing.
  const notice = await until(async () => {
    const seen = await seenBy(bo);
    const all = await seenBy(ada);
    const { totalCount, edges } = seen.viewer.notifications;
    const ofMessage = edges.find(({ node }: { node: { kind: string } }) => node.kind === 'MESSAGE');
    const isSettled = seen.order.status === 'RESERVED' && all.group.rooms.totalCount === 1;
    return isSettled && totalCount >= 2 ? ofMessage : null;
  });
  return {
    ada,
    bo,
    mallory,
    variantId,
    productId: product.id,
    orderId,
    orderInput,
    groupId: group.id,
    privateRoomId: privateRoom.id,
    directRoomId: directRoom.id,
    messageId: message.id,
    messageKey,
    notificationId: notice.node.id,
    state,
  };
}

const STATE = `query ($variantId: ID!, $orderId: ID!, $groupId: ID!, $room: ID!, $direct: ID!) {
  variant(id: $variantId) {
    version price { minorUnits } inventory { available onHand reserved } product { title version }
  }
  products(first: 10) { totalCount }
  order(id: $orderId) { status version }
  group(id: $groupId) { name version memberCount rooms(first: 1) { totalCount } }
  room(id: $room) { head name participantCount lastMessage { id text } }
  direct: room(id: $direct) { head participantCount lastMessage { id } }
  viewer {
    user { displayName bio }
    orders(first: 1) { totalCount }
    groups(first: 1) { totalCount }
    rooms(first: 1) { totalCount }
    notifications(first: 5) { totalCount edges { node { id kind count readAt } } }
  }
}`;
