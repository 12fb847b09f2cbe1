import { type LiveStreams, roomStream } from '@souk/runtime/events';
import { randomOf, sized } from '@souk/testkit';
import { expect, test } from 'vitest';
import { createInboxWorld, type InboxWorld, type Taken } from './inbox-world.ts';
import { loseWhoComesBack } from './mutants/lose-who-comes-back.ts';

const CASES = sized({ suite: 150, soak: 2_000 });
const STEPS = 80;

const isCaughtUp = (item: Taken) => '__typename' in item && item.__typename === 'CaughtUp';
const isReset = (item: Taken) => '__typename' in item && item.__typename === 'StreamReset';

/** Goes through one order of things; gives what was wrong with what the client was sent. */
async function wrongIn(seed: number, change?: (live: LiveStreams) => LiveStreams) {
  const next = randomOf(seed);
  const random = (below: number) => Math.floor(next() * below);
  const world = createInboxWorld(3, change);
  const room = () => world.rooms[random(world.rooms.length)] as string;
  for (const each of world.rooms) if (random(2)) world.enter(each);
  const ownFrom = world.ownLength();
  const first = await world.head();
  await world.follow(first);
  /** Where the client was when it began, and all it was sent since, without what it forgot. */
  let kept: Taken[] = [];
  /** How many times the present stream said that all is there. */
  let caughtUp = 0;
  const take = async () => {
    const item = await world.take();
    if (!item) return false;
    if (isCaughtUp(item)) caughtUp += 1;
    kept.push(item);
    return true;
  };
  const cut = async () => {
    // Whoever was sent something may have lost it again: it goes on from any place it knows.
    const at = random(4) ? kept.length : random(kept.length + 1);
    kept = kept.slice(0, at);
    caughtUp = 0;
    await world.follow(kept.at(-1)?.cursor ?? first);
  };
  for (let step = 0; step < STEPS; step += 1) {
    const kind = random(20);
    const where = room();
    if (kind < 4) world.post(where);
    else if (kind < 7 && world.isIn(where)) world.leave(where);
    else if (kind < 9 && !world.isIn(where)) world.enter(where);
    else if (kind < 10) world.readElsewhere(where);
    else if (kind < 11) world.sleep(random(90_000));
    else if (kind < 14) world.hint(random(8));
    else if (kind < 19) await take();
    else await cut();
  }
  const drain = async () => {
    while (world.hint(0) > 0);
    while (await take());
  };
  await drain();
  for (const each of world.rooms) world.post(each);
  await drain();
  await world.close();
  return wrongWith(world, { kept, caughtUp, ownFrom });
}

function wrongWith(
  world: InboxWorld,
  client: { kept: Taken[]; caughtUp: number; ownFrom: number },
): string[] {
  const { kept, caughtUp, ownFrom } = client;
  const wrong: string[] = [];
  if (caughtUp !== 1) wrong.push(`caught up ${caughtUp} times`);
  if (kept.some(isReset)) wrong.push('a reset');
  const own = kept.filter(({ stream }) => stream?.startsWith('user:')).map((one) => one.sequence);
  const ownWhole = Array.from({ length: world.ownLength() - ownFrom }, (_, n) => ownFrom + 1 + n);
  if (`${own}` !== `${ownWhole}`) wrong.push(`own ${own} of ${ownWhole}`);
  for (const roomId of world.rooms) {
    const sent = kept
      .filter(({ stream }) => stream === roomStream(roomId))
      .map((one) => one.sequence);
    const stays = world.stays().filter((stay) => stay.roomId === roomId);
    if (sent.some((sequence, at) => at > 0 && sequence <= (sent[at - 1] as number))) {
      wrong.push(`twice or out of order: ${sent}`);
    }
    if (!sent.every((sequence) => stays.some(({ from, to }) => sequence > from && sequence < to))) {
      wrong.push(`not theirs: ${sent}`);
    }
    // What was said before they last went is gone with their going; what was said since is all there.
    const last = stays.find(({ to }) => to === Number.POSITIVE_INFINITY);
    const whole = last ? world.messagesOf(roomId, last.from) : [];
    const present = sent.filter((sequence) => last && sequence > last.from);
    if (`${present}` !== `${whole}`) wrong.push(`sent ${present} of ${whole}`);
  }
  return wrong;
}

async function casesWrong(count: number, change?: (live: LiveStreams) => LiveStreams) {
  const seeds = Array.from({ length: count }, (_, seed) => seed);
  const found = await Promise.all(
    seeds.map(async (seed) => ({ seed, wrong: await wrongIn(seed, change) })),
  );
  return found.filter(({ wrong }) => wrong.length > 0);
}

test('in any order of events, each room is sent completely once, and catches up once', async () => {
  expect(await casesWrong(CASES)).toEqual([]);
});

test('a set that does not start again when somebody returns to a room is caught (mutant)', async () => {
  expect(await casesWrong(100, loseWhoComesBack)).not.toEqual([]);
});
