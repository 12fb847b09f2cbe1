import type { Backplane } from '@souk/runtime/backplane';
import { newId } from '@souk/runtime/domain';
import { onlyPoll, sql, testBackplane, until, userIdOf } from '@souk/testkit';
import { afterEach, expect, test, vi } from 'vitest';
import { BAN, REMOVE, startChat, type TestChat } from './chat.ts';

// Who has to go is out of open streams at once. What says so is a hint: what streams look for by themselves, now and
// then, stands still here, so nothing but a hint ends them, however slow the machine is.

afterEach(() => {
  vi.useRealTimers();
});

/** Questions that chat answers meanwhile: many times what the end of a stream takes. */
const QUESTIONS = 40;

/** A room, and how bo has to go there. */
type Going = Promise<{ roomId: string; go: () => Promise<unknown> }>;

const privately =
  (call: string) =>
  async (chat: TestChat): Going => {
    const participantIds = [userIdOf('bo')];
    const roomId = await chat.createRoom('ada', { kind: 'PRIVATE', name: 'Out', participantIds });
    return { roomId, go: () => chat.ask(call, { roomId, userId: userIdOf('bo') }, 'ada') };
  };

async function inGroup(chat: TestChat): Going {
  const groupId = newId('grp');
  const at = (sequence: number) => ({ stream: `group:${groupId}`, sequence });
  const named = { groupId, slug: groupId, name: 'Makers', visibility: 'PRIVATE' as const };
  await chat.deliver('groups.GroupCreated', { ...named, ownerId: userIdOf('ada') }, at(1));
  const member = { groupId, memberId: newId('gmb'), userId: userIdOf('bo'), role: 'MEMBER' };
  await chat.deliver('groups.MemberJoined', member as never, at(2));
  const INSIDE = `SELECT r.id FROM room r JOIN participant p ON p.room_id = r.id
    WHERE r.group_id = $1 AND p.user_id = $2`;
  const [room] = await until(async () => {
    const found = await sql<{ id: string }>(chat, INSIDE, [groupId, userIdOf('bo')]);
    return found.length > 0 ? found : null;
  });
  const left = { groupId, userId: userIdOf('bo'), reason: null };
  return {
    roomId: room?.id ?? '',
    go: async () => {
      await chat.deliver('groups.MemberLeft', left, at(3));
      await until(async () => (await sql(chat, INSIDE, [groupId, userIdOf('bo')])).length === 0);
    },
  };
}

/** The stream of who has to go, as it ends while nothing looks by the clock. */
async function endOf(backplane: Backplane, open: (chat: TestChat) => Going, isMutant = false) {
  // What asks by itself, each second or each ten, does so by intervals.
  vi.useFakeTimers({ toFake: ['setInterval'] });
  await using chat = await startChat({ backplane, people: ['ada', 'bo'] });
  const { roomId, go } = await open(chat);
  await using stream = await chat.follow('bo', roomId);
  await stream.atLeast(1);
  await go();
  if (isMutant) {
    for (let asked = 0; asked < QUESTIONS; asked += 1) await chat.head('ada', roomId);
    expect(stream.ended).toBe(false);
    // It is the clock that ends it.
    await vi.advanceTimersByTimeAsync(10_000);
  }
  await until(() => stream.ended);
  return stream.items.at(-1)?.data.roomEvents.reason;
}

test.each([
  ['is taken out', privately(REMOVE)],
  ['is banned', privately(BAN)],
  ['leaves the group', inGroup],
])('open streams end at once for somebody who %s, without a periodic check', async (_, open) => {
  const backplane = await testBackplane();
  await using _closing = { [Symbol.asyncDispose]: () => backplane.close() };
  expect(await endOf(backplane, open)).toBe('ACCESS_CHANGED');
});

test('streams that only poll by the clock are detected (mutant)', async () => {
  const backplane = await testBackplane();
  await using _closing = { [Symbol.asyncDispose]: () => backplane.close() };
  expect(await endOf(onlyPoll(backplane), privately(REMOVE), true)).toBe('ACCESS_CHANGED');
});
