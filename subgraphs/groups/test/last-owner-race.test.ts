import { createInProcessRateLimit } from '@souk/runtime/backplane';
import { newId, systemClock } from '@souk/runtime/domain';
import { createTransactor } from '@souk/runtime/events';
import { as, createDatabase, sealInTests, sized, type TestDatabase } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../src/persistence/client.ts';
import { storesOn } from '../src/persistence/stores.ts';
import { banFromGroup } from '../src/use-cases/ban-from-group.ts';
import { createGroup } from '../src/use-cases/create-group.ts';
import type { GroupsDeps } from '../src/use-cases/deps.ts';
import { endWhatIsOver } from '../src/use-cases/end-what-is-over.ts';
import { joinGroup } from '../src/use-cases/join-group.ts';
import { leaveGroup } from '../src/use-cases/leave-group.ts';
import { muteMember } from '../src/use-cases/mute-member.ts';
import { setMemberRole } from '../src/use-cases/set-member-role.ts';
import { CONFIG } from './community.ts';
import { joinGroupWithoutLock } from './mutants/join-group-without-lock.ts';
import { leaveGroupWithoutLock } from './mutants/leave-group-without-lock.ts';

let database: TestDatabase;
let client: ReturnType<typeof createClient>;
let deps: GroupsDeps;
beforeAll(async () => {
  database = await createDatabase('groups');
  client = createClient(database.url);
  const transaction = createTransactor({
    begin: (work) => client.$transaction(work),
    storesOn,
    onCommitted: () => {},
  });
  deps = {
    transaction,
    reads: storesOn(client),
    clock: systemClock,
    newId,
    config: CONFIG,
    rateLimit: createInProcessRateLimit(),
    sealValue: sealInTests,
  };
});
afterAll(async () => {
  await client.$disconnect();
  await database.drop();
});

/** Two owners leave at once, many times over; gives how many groups are left without an owner. */
async function orphansOf(leave: typeof leaveGroup, rounds: number): Promise<number> {
  const [ada, bo] = [as('ada'), as('bo')];
  let orphans = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { id: groupId } = await createGroup(deps, ada, {
      name: 'Pair',
      visibility: 'PUBLIC',
      joinPolicy: 'OPEN',
    });
    await joinGroup(deps, bo, { groupId });
    await setMemberRole(deps, ada, { groupId, userId: bo.userId, role: 'OWNER' });
    const results = await Promise.allSettled([ada, bo].map((who) => leave(deps, who, { groupId })));
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason.code] : [],
    );
    const owners = await storesOn(client).members.countOwners(groupId);
    expect(owners).toBe(refused.length);
    for (const code of refused) expect(code).toBe('GROUP_LAST_OWNER');
    if (owners === 0) orphans += 1;
  }
  return orphans;
}

test('when two owners leave at once, one stays', async () => {
  expect(await orphansOf(leaveGroup, 50)).toBe(0);
});

test('without the lock both go, so the test above can fail', async () => {
  expect(await orphansOf(leaveGroupWithoutLock(), 3)).toBeGreaterThan(0);
});

/** Some come at once into a group with few seats; gives how many are in it then. */
async function membersOfFullGroup(join: typeof joinGroup, seatLimit: number, comers: number) {
  const { id: groupId } = await createGroup(deps, as('ada'), {
    name: 'Small room',
    visibility: 'PUBLIC',
    joinPolicy: 'OPEN',
    seatLimit,
  });
  const people = Array.from({ length: comers }, (_, at) => as(`comer${at}`));
  const results = await Promise.allSettled(people.map((who) => join(deps, who, { groupId })));
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'GROUP_FULL' });
  }
  const ids = [as('ada'), ...people].map(({ userId }) => userId);
  return (await storesOn(client).members.findManyIn(groupId, ids)).length;
}

test('when four join at once, one gets the last seat', async () => {
  expect(await membersOfFullGroup(joinGroup, 2, 4)).toBe(2);
});

test('a group of a hundred seats is exactly full, however many join at once', async () => {
  const seats = sized({ suite: 10, soak: 100 });
  for (let round = 0; round < sized({ suite: 1, soak: 20 }); round += 1) {
    expect(await membersOfFullGroup(joinGroup, seats, seats * 1.5)).toBe(seats);
  }
}, 600_000);

test('without the lock too many join, so the test above can fail (mutant)', async () => {
  expect(await membersOfFullGroup(joinGroupWithoutLock(), 2, 4)).toBeGreaterThan(2);
});

test('mutes and bans whose time is over are ended by the worker, once, and announced', async () => {
  let now = new Date();
  const timed: GroupsDeps = { ...deps, clock: () => now };
  const [ada, bo, eve] = [as('ada'), as('bo'), as('eve')];
  const { id: groupId } = await createGroup(timed, ada, {
    name: 'Quiet',
    visibility: 'PUBLIC',
    joinPolicy: 'OPEN',
  });
  await joinGroup(timed, bo, { groupId });
  const until = new Date(now.getTime() + 1_000);
  await muteMember(timed, ada, { groupId, userId: bo.userId, until });
  await banFromGroup(timed, ada, { groupId, userId: eve.userId, until });
  const stores = storesOn(client);
  expect(await endWhatIsOver(timed, stores)).toBe(0);
  now = until;
  expect(await endWhatIsOver(timed, stores)).toBe(2);
  expect(await endWhatIsOver(timed, stores)).toBe(0);
  expect((await stores.members.find(groupId, bo.userId))?.mute).toBeNull();
  expect(await stores.bans.find(groupId, eve.userId)).toBeNull();
  const told = await client.$queryRaw`
    SELECT type FROM event_record WHERE stream = ${`group:${groupId}`} ORDER BY sequence DESC LIMIT 1`;
  expect(told).toEqual([{ type: 'groups.MemberUnmuted' }]);
  const log = await stores.audit.pages([groupId], { from: null, limit: 2 });
  expect(log.map(({ action, actorId }) => [action, actorId])).toEqual([
    ['UNBANNED', null],
    ['UNMUTED', null],
  ]);
});

test('a change that fails at its end leaves neither member nor event', async () => {
  const { id: groupId } = await createGroup(deps, as('ada'), {
    name: 'Undone',
    visibility: 'PUBLIC',
    joinPolicy: 'OPEN',
  });
  const failing: GroupsDeps = {
    ...deps,
    transaction: (work) =>
      deps.transaction(async (stores) => {
        await work(stores);
        throw new Error('the power failed');
      }),
  };
  await expect(joinGroup(failing, as('bo'), { groupId })).rejects.toThrow('the power failed');
  const [group] = await storesOn(client).groups.findMany([groupId]);
  expect(group).toMatchObject({ memberCount: 1, headSequence: 2 });
  expect(await storesOn(client).members.find(groupId, as('bo').userId)).toBeNull();
});
