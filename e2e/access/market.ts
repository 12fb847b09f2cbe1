import { until } from '@souk/testkit';
import type { RunningSouk } from '../running-souk.ts';
import { doneBy, readAs } from './ask-as.ts';
import { type People, registerPeople, signIn } from './callers.ts';
import { fillAccount } from './market/account.ts';
import { openGroup } from './market/group.ts';
import { openHerbs } from './market/herbs.ts';
import { placeOrder } from './market/order.ts';
import { openRoom } from './market/room.ts';
import { openShop } from './market/shop.ts';

/** What rows name by `$word`: ids of existing things, and secrets. */
export type Words = Record<string, string>;

export interface Market {
  readonly people: People;
  readonly words: Words;
}

/**
 * One thing of every kind: the owner buys, talks and leads a group and a room; member and suspended are in
 * both with them; seller sold what the owner bought. Whoever is suspended is so from the end of this on.
 */
export async function openMarket(souk: RunningSouk): Promise<Market> {
  const people = await registerPeople(souk);
  const shop = await openShop(souk, people);
  const words: Words = {
    ...Object.fromEntries(Object.entries(people).map(([name, { id }]) => [`${name}Id`, id])),
    ...shop,
    ...(await placeOrder(souk, people, shop)),
    ...(await openGroup(souk, people)),
    ...(await openHerbs(souk, people)),
    ...(await openRoom(souk, people, shop)),
    ...(await fillAccount(souk, people)),
    ...(await whatStaffSee(souk, people)),
  };
  await doneBy(souk)(
    people.admin.token,
    'suspendUser',
    `userId: "${people.suspended.id}", reason: "Spam"`,
    'user { id }',
  );
  people.suspended = await signIn(souk, 'suspended');
  return { people, words };
}

async function whatStaffSee(souk: RunningSouk, { support }: People) {
  const mail = await until(async () => {
    const { emailOutbox } = await readAs(
      souk,
      support.token,
      '{ emailOutbox { edges { node { id } } } }',
    );
    return emailOutbox.edges[0]?.node;
  });
  return { mail: mail.id as string };
}
