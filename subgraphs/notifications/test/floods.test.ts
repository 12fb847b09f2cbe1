import { HOUR_MS, newId, systemClock } from '@souk/runtime/domain';
import { as } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { otherSubgraphsOf } from './inbox.ts';
import { senderOn, startWaitingOutbox, type WaitingOutbox } from './waiting-outbox.ts';

// What others may cause in any number is one mail an hour, and what is by itself is a mail each.

let outbox: WaitingOutbox;
let others: ReturnType<typeof otherSubgraphsOf>;
beforeAll(async () => {
  outbox = await startWaitingOutbox();
  others = otherSubgraphsOf(outbox.graph);
});
afterAll(() => outbox[Symbol.asyncDispose]());

/** Something that happens to somebody again and again, of one thing. */
type Flood = (who: string) => () => Promise<unknown>;

const aSellerOf = (who: string) => {
  const sellerId = newId('sel');
  return {
    sellerId,
    begin: () =>
      outbox.graph.deliver('products.SellerCreated', {
        ...{ sellerId, handle: 'mugs', displayName: 'Mugs', status: 'ACTIVE', version: 1 },
        ...{ members: [{ userId: as(who).userId, role: 'OWNER' }], commissions: [] },
      }),
  };
};

const FLOODS: Readonly<Record<string, Flood>> = {
  'requests to join a group': (who) => {
    const groupId = newId('grp');
    return () =>
      outbox.graph.deliver('groups.JoinRequestReceived', {
        ...{ groupId, groupName: 'Potters', requestId: newId('jrq'), status: 'PENDING' },
        ...{ userId: as(who).userId, requesterId: newId('usr') },
      });
  },
  'reports of a room': (who) => {
    const roomId = newId('room');
    return () =>
      outbox.graph.deliver('chat.ReportFiled', {
        ...{ reportId: newId('rep'), roomId, messageId: newId('msg') },
        ...{ recipientIds: [as(who).userId], reporterId: newId('usr') },
      });
  },
  invitations: (who) => () =>
    outbox.graph.deliver('groups.InviteReceived', {
      ...{ groupId: newId('grp'), groupName: 'Potters', inviteId: newId('inv'), role: 'MEMBER' },
      ...{ userId: as(who).userId, inviterId: newId('usr'), expiresAt: new Date().toISOString() },
    }),
  'reviews of a seller': (who) => {
    const { sellerId, begin } = aSellerOf(who);
    const begun = begin().then(others.idle);
    return async () => {
      await begun;
      await outbox.graph.deliver('products.ReviewPosted', {
        ...{ reviewId: newId('rev'), productId: newId('prd'), sellerId },
        ...{ authorId: newId('usr'), rating: 1, productTitle: 'Mug' },
      });
    };
  },
  'low stock of a seller': (who) => {
    const { sellerId, begin } = aSellerOf(who);
    const begun = begin().then(others.idle);
    return async () => {
      await begun;
      await outbox.graph.deliver('products.StockLow', {
        ...{ sellerId, productId: newId('prd'), variantId: newId('var') },
        ...{ title: 'Mug', sku: 'MUG', available: 2, threshold: 3 },
      });
    };
  },
};

test.each(Object.keys(FLOODS))('%s are one mail an hour, of all', async (name) => {
  const who = name.replaceAll(' ', '-');
  await outbox.graph.deliver('users.EmailVerified', {
    ...{ userId: as(who).userId, email: `${who}@example.test` },
  });
  await others.idle();
  const happens = (FLOODS[name] as Flood)(who);
  let now = systemClock();
  const { send, sent } = senderOn(outbox, async () => {}, { clock: () => now });
  const waiting = async () => {
    const where = { userId: as(who).userId, status: 'PENDING' };
    return outbox.client.emailMessage.findMany({ where });
  };
  for (let nth = 0; nth < 8; nth += 1) await happens();
  await others.idle();
  const [first, ...more] = await waiting();
  expect(more).toEqual([]);
  await send(first?.id ?? '');
  expect(sent).toHaveLength(1);
  expect(sent[0]?.subject).toContain('7');
  for (let nth = 0; nth < 3; nth += 1) await happens();
  await others.idle();
  now = new Date(now.getTime() + HOUR_MS / 2);
  const [second] = await waiting();
  await send(second?.id ?? '');
  expect(sent).toHaveLength(1);
  expect(await waiting()).toMatchObject([{ id: second?.id, lastError: 'RATE_LIMITED' }]);
  now = new Date(now.getTime() + HOUR_MS);
  await send(second?.id ?? '');
  expect(sent).toHaveLength(2);
  expect(await waiting()).toEqual([]);
});

test('sales, payouts and answers to own requests are mailed one by one', async () => {
  const who = 'each-by-itself';
  const { userId } = as(who);
  await outbox.graph.deliver('users.EmailVerified', { userId, email: 'each@example.test' });
  const { sellerId, begin } = aSellerOf(who);
  await begin();
  await others.idle();
  const part = { orderId: newId('ord'), number: 'S-7', buyerId: newId('usr'), sellerId };
  for (let nth = 0; nth < 2; nth += 1) {
    await outbox.graph.deliver('orders.SellerOrderReceived', {
      ...part,
      sellerOrderId: newId('sor'),
    });
    await outbox.graph.deliver('orders.PayoutChanged', {
      ...{ sellerId, payoutId: newId('pot'), status: 'PAID' },
    });
    await outbox.graph.deliver('groups.OwnJoinRequestChanged', {
      ...{ groupId: newId('grp'), groupName: 'Potters', requestId: newId('jrq') },
      ...{ userId, status: 'APPROVED' },
    });
  }
  await others.idle();
  const mails = await outbox.client.emailMessage.findMany({ where: { userId, status: 'PENDING' } });
  expect(mails).toHaveLength(6);
});
