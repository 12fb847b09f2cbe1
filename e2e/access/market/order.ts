import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { sql, until } from '@souk/testkit';
import type { RunningSouk } from '../../running-souk.ts';
import { doneBy, readAs } from '../ask-as.ts';
import type { People } from '../callers.ts';
import type { Words } from '../market.ts';
import { ADDRESS } from './postal-address.ts';

/** An order of three kettles: paid, one delivered and given back, two on their way. */
export async function placeOrder(
  souk: RunningSouk,
  { owner, seller, victim }: People,
  shop: Words,
) {
  const done = doneBy(souk);
  const key = () => `idempotencyKey: "${randomUUID()}"`;
  const ordered = () =>
    until(async () => {
      const data = await souk.ask(
        `mutation { buyNow(input: { lines: [{ variantId: "${shop.variant}", quantity: 3 }],
           shippingAddress: ${ADDRESS}, note: "Ring twice", ${key()} }) { order { id number } } }`,
        {},
        owner.token,
      );
      return data.buyNow.order as { id: string; number: string } | null;
    });
  const order = await ordered();
  const unpaid = await ordered();
  const seen = () =>
    readAs(
      souk,
      owner.token,
      `{ order(id: "${order.id}") { status paymentStatus payments { id } timeline { edges { node { id } } }
         lines { id viewerCanReview } sellerOrders { id number status lines { id } shipments { id } refunds { id } returns { id } } } }`,
    ).then((data) => data.order);
  await until(async () => (await seen()).status === 'RESERVED');
  const pay = `input: { orderId: "${order.id}", paymentMethodCode: "test_card", ${key()} }`;
  const { payment } = await done(owner.token, 'payOrder', pay, 'payment { id }');
  const part = await until(async () => {
    const { sellerOrders } = await seen();
    return sellerOrders[0].status === 'OPEN' ? sellerOrders[0] : null;
  });
  const line = part.lines[0].id as string;
  const contents = (quantity: number) =>
    `sellerOrderId: "${part.id}", lines: [{ lineId: "${line}", quantity: ${quantity} }]`;
  const { shipment } = await done(
    seller.token,
    'fulfilOrder',
    `input: { ${contents(2)}, carrier: "Post", trackingNumber: "1", trackingUrl: "https://example.org/1", ${key()} }`,
    'shipment { id }',
  );
  await done(
    seller.token,
    'updateShipment',
    `shipmentId: "${shipment.id}", progress: DELIVERED`,
    'shipment { id }',
  );
  const asked = await done(
    owner.token,
    'requestReturn',
    `input: { ${contents(1)}, reason: DAMAGED, note: "Dented", ${key()} }`,
    'return { id }',
  );
  const returnId = asked.return.id as string;
  await done(
    seller.token,
    'decideReturn',
    `returnId: "${returnId}", decision: APPROVE, note: "Sorry"`,
    'return { id }',
  );
  await done(seller.token, 'receiveReturn', `returnId: "${returnId}", ${key()}`, 'return { id }');
  await until(async () => (await seen()).lines[0].viewerCanReview);
  const movement = await until(async () => {
    const query = `{ stockMovements(variantId: "${shop.variant}") { edges { node { id reason } } } }`;
    const { edges } = (await readAs(souk, seller.token, query)).stockMovements;
    const sale = edges.find(({ node }: { node: { reason: string } }) => node.reason === 'SALE');
    return sale?.node.id as string | undefined;
  });
  const { review } = await done(
    owner.token,
    'createReview',
    `input: { orderLineId: "${line}", rating: 4, title: "Sings", text: "Well." }`,
    'review { id }',
  );
  await done(
    victim.token,
    'reportReview',
    `reviewId: "${review.id}", reason: SPAM, note: "No"`,
    'review { id }',
  );
  await done(
    seller.token,
    'answerReview',
    `reviewId: "${review.id}", text: "Thanks"`,
    '__typename',
  );
  const { snapshot } = await done(
    owner.token,
    'shareOrder',
    `orderId: "${order.id}", withPrices: true`,
    'snapshot { id }',
  );
  const { cart } = await done(
    owner.token,
    'setCartLines',
    `lines: [{ variantId: "${shop.variant}", quantity: 1 }]`,
    'cart { id lines { id } }',
  );
  await done(
    owner.token,
    'updateCheckout',
    `input: { email: "olga@example.org", shippingAddress: ${ADDRESS}, billingAddress: ${ADDRESS}, note: "Ring" }`,
    '__typename',
  );
  await done(owner.token, 'openSupportRoom', `orderId: "${order.id}"`, 'room { id }');
  await done(owner.token, 'openSupportRoom', `sellerOrderId: "${part.id}"`, 'room { id }');
  const settled = await until(async () => {
    const now = await seen();
    return now.sellerOrders[0].refunds.length > 0 ? now : null;
  });
  const { seller: atDesk } = await readAs(
    souk,
    seller.token,
    `{ seller(id: "${shop.shop}") { desk { ledger { edges { node { id } } } } } }`,
  );
  const payout = newId('pot');
  await sql(
    { databaseUrl: souk.databaseUrls.orders },
    `INSERT INTO payout (id, number, seller_id, currency, status, amount_minor, period_start, period_end, created_at)
     VALUES ($1, 'P-1', $2, 'EUR', 'SCHEDULED', 1, now(), now(), now())`,
    [payout, shop.shop],
  );
  return {
    movement,
    order: order.id,
    orderNumber: order.number,
    unpaidOrder: unpaid.id,
    orderLine: line,
    sellerOrder: part.id as string,
    sellerOrderNumber: part.number as string,
    payment: payment.id as string,
    shipment: shipment.id as string,
    return: returnId,
    refund: settled.sellerOrders[0].refunds[0].id as string,
    timelineEntry: settled.timeline.edges[0].node.id as string,
    review: review.id as string,
    snapshot: snapshot.id as string,
    cart: cart.id as string,
    cartLine: cart.lines[0].id as string,
    ledgerEntry: atDesk.desk.ledger.edges[0].node.id as string,
    payout,
  };
}
