import { newId } from '@souk/runtime/domain';
import { as, insist, until, userIdOf } from '@souk/testkit';
import { codesOf, FAILURES, failuresOf, type TestChat } from './chat.ts';

const ROOM = `room { id kind supportState assignee { id } order { id } seller { id } sellerOrder { id }
  participantCount viewerCan }`;
export const ASK_SELLER = `mutation ($order: ID, $part: ID, $seller: ID) {
  openSupportRoom(orderId: $order, sellerOrderId: $part, sellerId: $seller) { ${ROOM} ${FAILURES} } }`;
export const TAKE = `mutation ($id: ID!, $on: Boolean!) {
  setSupportTaken(roomId: $id, on: $on) { ${ROOM} ${FAILURES} } }`;
export const RESOLVE = `mutation ($id: ID!, $on: Boolean!) {
  setSupportResolved(roomId: $id, on: $on) { ${ROOM} ${FAILURES} } }`;
const SEEN = `query ($id: ID!) { r: room(id: $id) { ${ROOM.slice('room { '.length)} }`;
const QUEUE = `query ($of: [_Any!]!, $state: SupportState, $first: Int, $after: String) {
  _entities(representations: $of) { ... on SellerDesk {
    supportRequests(state: $state, first: $first, after: $after) { pageInfo { endCursor hasNextPage } edges { node {
      roomId state waitingSince order { id } sellerOrder { id } customer { id } assignee { id } } } } } } }`;
const OF_PART = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on SellerOrder { supportRoom { id } } } }`;

type Status = 'PENDING' | 'ACTIVE' | 'SUSPENDED' | 'CLOSED';
type Member = [who: string, role: 'OWNER' | 'MANAGER' | 'STAFF'];

/** A seller of whom chat hears, and parts of orders that it has. */
export function sellerIn(chat: TestChat) {
  const sellerId = newId('sel');
  let version = 0;
  const tell = async (members: Member[], status: Status = 'ACTIVE') => {
    version += 1;
    await chat.deliver('products.SellerUpdated', {
      ...{ sellerId, handle: sellerId, displayName: 'Kettles', status, version, commissions: [] },
      members: members.map(([who, role]) => ({ userId: userIdOf(who), role })),
      changed: ['members', 'status'],
    });
  };
  return {
    sellerId,
    tell,
    /** Resolves once chat has heard of it. */
    open: async (members: Member[]) => {
      await tell(members);
      const [who] = members[0] as Member;
      await until(async () => (await queueOf(chat, sellerId, who)) !== null);
    },
    received: async (buyer: string | null) => {
      const sellerOrderId = newId('sor');
      await chat.deliver('orders.SellerOrderReceived', {
        ...{ orderId: newId('ord'), number: 'S-1', buyerId: buyer && userIdOf(buyer) },
        ...{ sellerOrderId, sellerId },
      });
      return sellerOrderId;
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Data = any;

const roomIn = (answer: Data, of: string): Data => {
  const failures = failuresOf(answer);
  if (failures.length > 0) throw new Error(JSON.stringify(failures));
  return answer.data[of].room;
};
export const askSeller = async (chat: TestChat, who: string, about: object): Promise<Data> =>
  roomIn(await insist(() => chat.execute(ASK_SELLER, about as never, as(who))), 'openSupportRoom');
export const take = async (chat: TestChat, who: string, id: string, on = true): Promise<Data> =>
  roomIn(await insist(() => chat.execute(TAKE, { id, on }, as(who))), 'setSupportTaken');
export const takeCodes = async (chat: TestChat, who: string, id: string, on = true) =>
  codesOf(await chat.execute(TAKE, { id, on }, as(who)));
export const seenBy = async (chat: TestChat, who: string, id: string): Promise<Data> =>
  (await chat.ask(SEEN, { id }, who)).r;

/** What stands in a seller's queue; null for who does not answer for it. */
export async function queueOf(
  chat: TestChat,
  sellerId: string,
  who: string,
  variables: object = {},
): Promise<Data[] | null> {
  const of = [{ __typename: 'SellerDesk', id: sellerId.replace('sel_', 'dsk_') }];
  const found: Data[] = [];
  for (let after: string | null = null; ; ) {
    const data: Data = await chat.ask(QUEUE, { of, after, ...variables }, who);
    const page = data._entities[0]?.supportRequests ?? null;
    if (page === null) return null;
    found.push(...page.edges.map(({ node }: Data) => node));
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}

export const roomOfPart = async (chat: TestChat, who: string, id: string) =>
  (await chat.ask(OF_PART, { of: [{ __typename: 'SellerOrder', id }] }, who))._entities[0]
    .supportRoom;
