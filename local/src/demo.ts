import { seedDemoChat } from '@souk/chat';
import { seedDemoGroups } from '@souk/groups';
import { seedDemoProducts } from '@souk/products';
import { DEMO_PASSWORD, type DemoPerson, seedDemoUsers } from '@souk/users';
import type { LocalDeps } from './subgraphs.ts';

export { DEMO_PASSWORD };

/** The same ids in every Souk, so that examples can name them. */
const PEOPLE = {
  ada: 'usr_01jd0000000000000000000ada',
  bo: 'usr_01jd00000000000000000000b0',
  cleo: 'usr_01jd000000000000000000c1e0',
  dara: 'usr_01jd000000000000000000dara',
  eli: 'usr_01jd0000000000000000000e11',
  ida: 'usr_01jd00000000000000000001da',
};

const demoSellers = (ada: string, cleo: string) => [
  { ownerId: ada, handle: 'lantern-house', displayName: 'Lantern House', country: 'MA' },
  { ownerId: cleo, handle: 'cleo-and-daughters', displayName: 'Cleo & Daughters', country: 'PT' },
];

/**
 * Fills the databases with demo people, a catalogue, groups, and rooms with history. What is there
 * already stays as it is, so it may run at every start.
 */
export async function seedDemo(deps: LocalDeps): Promise<DemoPerson[]> {
  const { ada, bo, cleo, dara, eli } = PEOPLE;
  const people = await seedDemoUsers(deps.users, PEOPLE);
  const { opened } = await seedDemoProducts(deps.products, { sellers: demoSellers(ada, cleo) });
  await Promise.all([
    seedDemoGroups(deps.groups, { ownerIds: [ada, dara], memberIds: [bo, cleo, eli] }),
    seedDemoChat(deps.chat, PEOPLE, opened),
  ]);
  return people;
}
