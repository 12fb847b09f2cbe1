import { randomUUID } from 'node:crypto';
import { personalSellerIdOf, type Role, type Viewer } from '@souk/runtime/domain';
import type { SubgraphName } from '@souk/runtime/events';
import { until } from '@souk/testkit';
import type { Person, RunningSouk } from './running-souk.ts';
import { ADDRESS } from './support/postal-address.ts';

/**
 * A market in which every list of the first thing of its kind has more to tell than fits its first page.
 * Nothing goes on in it any more.
 */
export interface CrowdedMarket {
  readonly seller: Person;
  /** Ids and other keys that random operations may ask for, by what they are of. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

/** More than a page by default. */
const CROWD = 22;

// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
type Data = any;

export async function openCrowdedMarket(souk: RunningSouk): Promise<CrowdedMarket> {
  const people: Person[] = [];
  for (let index = 0; index < CROWD + 2; index += 1) {
    people.push(await souk.register(`person_${index}`, `Person ${index}`));
  }
  const [seller, buyer] = people as [Person, Person];
  /** Past the gateway, whose rates are not what this is about. */
  const ask = async (
    subgraph: SubgraphName,
    { id: userId }: Person,
    query: string,
    input: Record<string, unknown>,
    roles: Role[] = ['CUSTOMER'],
  ): Promise<Data> => {
    const viewer: Viewer = { userId, sessionId: 'ses_1', roles };
    const identity = { viewer, requestId: randomUUID() };
    const answer = await souk.subgraphs[subgraph].execute({
      query,
      variables: { input },
      identity,
    });
    const [payload] = Object.values((answer.data ?? {}) as Record<string, Data>);
    if (answer.errors || payload?.errors?.length > 0) throw new Error(JSON.stringify(answer));
    return payload;
  };
  const each = async (work: (index: number) => Promise<string>): Promise<string[]> => {
    const made: string[] = [];
    for (let index = 0; index < CROWD; index += 1) made.push(await work(index));
    return made;
  };

  const admin: Role[] = ['CUSTOMER', 'ADMIN'];
  const root = (await ask('products', seller, CREATE_CATEGORY, { slug: 'all', name: 'All' }, admin))
    .category.id;
  const categories = await each(async (index) => {
    const input = { slug: `shelf-${index}`, name: `Shelf ${index}`, parentId: root };
    return (await ask('products', seller, CREATE_CATEGORY, input, admin)).category.id;
  });
  const products = await each(async (index) => {
    const count = index === 0 ? CROWD : 1;
    const input = {
      title: `Bowl ${index}`,
      categoryIds: categories.slice(0, 10),
      options: [{ name: 'size', values: Array.from({ length: count }, (_, size) => `s${size}`) }],
      variants: Array.from({ length: count }, (_, size) => ({
        sku: `BOWL-${index}-${size}`,
        ...{ price: { minorUnits: 1_000, currency: 'EUR' }, openingStock: 1_000 },
        selectedOptions: [{ name: 'size', value: `s${size}` }],
      })),
    };
    return (await ask('products', seller, CREATE_PRODUCT, input)).product.id;
  });
  const variants: string[] = await idsOf(souk, products[0] as string);
  const orders = await each(async (index) => {
    const ordered = index === 0 ? variants : variants.slice(0, 1);
    const input = {
      lines: ordered.map((variantId) => ({ variantId, quantity: 1 })),
      shippingAddress: ADDRESS,
      idempotencyKey: randomUUID(),
    };
    return until(async () => {
      const query = 'mutation ($input: BuyNowInput!) { buyNow(input: $input) { order { id } } }';
      return (await ask('orders', buyer, query, input)).order?.id as string | undefined;
    });
  });
  const groups = await each(
    async (index) =>
      (
        await ask('groups', seller, CREATE_GROUP, {
          name: `Group ${index}`,
          visibility: 'PUBLIC',
          joinPolicy: 'OPEN',
        })
      ).group.id,
  );
  for (const person of people.slice(1)) {
    const data = await souk.ask(
      'mutation ($id: ID!) { joinGroup(groupId: $id) { errors { __typename } } }',
      { id: groups[0] },
      person.token,
    );
    if (data?.joinGroup.errors.length !== 0) throw new Error(JSON.stringify(data));
  }
  const others = people.slice(1).map(({ id }) => id);
  const rooms = await each(async (index) => {
    const participantIds = index === 0 ? others : others.slice(0, 1);
    const input = { kind: 'PRIVATE', name: `Room ${index}`, participantIds };
    return (await ask('chat', seller, CREATE_ROOM, input)).room.id;
  });
  const messages: string[] = [];
  for (const person of people) {
    const input = { roomId: rooms[0], clientMessageId: randomUUID(), text: 'Tea?' };
    messages.push((await ask('chat', person, SEND_MESSAGE, input)).message.id);
  }
  await until(async () => (await movementsOf(souk, seller, variants[0] as string)) > CROWD);
  await souk.stopWorkers();
  return {
    seller,
    keys: {
      Seller: [personalSellerIdOf(seller.id)],
      Product: products,
      ProductVariant: variants,
      Category: [root, ...categories],
      Order: orders,
      Group: groups,
      Room: rooms,
      Message: messages,
      User: people.map(({ id }) => id),
    },
  };
}

async function movementsOf(souk: RunningSouk, seller: Person, id: string): Promise<number> {
  const { stockMovements } = await souk.ask(
    'query ($id: ID!) { stockMovements(variantId: $id, first: 100) { edges { node { id } } } }',
    { id },
    seller.token,
  );
  return stockMovements.edges.length;
}

async function idsOf(souk: RunningSouk, productId: string): Promise<string[]> {
  const data = await souk.ask(
    'query ($id: ID!) { product(id: $id) { variants(first: 100) { edges { node { id } } } } }',
    { id: productId },
  );
  return data.product.variants.edges.map(({ node }: { node: { id: string } }) => node.id);
}

const ERRORS = 'errors { __typename ... on UserError { code message } }';
const CREATE_CATEGORY = `mutation ($input: CreateCategoryInput!) { createCategory(input: $input) { category { id } ${ERRORS} } }`;
const CREATE_PRODUCT = `mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id } ${ERRORS} } }`;
const CREATE_GROUP = `mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } ${ERRORS} } }`;
const CREATE_ROOM = `mutation ($input: CreateRoomInput!) { createRoom(input: $input) { room { id } ${ERRORS} } }`;
const SEND_MESSAGE = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } ${ERRORS} } }`;
