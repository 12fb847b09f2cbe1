import { isIdOf, newId, systemClock } from '@souk/runtime/domain';
import { silentLogger } from '@souk/runtime/process';
import { userIdOf } from '@souk/testkit';
import { expect, test } from 'vitest';
import { DEMO_ROOMS, loadOwnConfig, seedDemoChat } from '../src/index.ts';
import { startChat } from './chat.ts';

test('the demo has rooms with a history, and seeding it again changes nothing', async () => {
  await using chat = await startChat({ people: [] });
  const names = ['ada', 'bo', 'cleo', 'dara', 'eli', 'ida'];
  const ids = Object.fromEntries(names.map((name) => [name, userIdOf(name)])) as never;
  const seed = () =>
    seedDemoChat(
      {
        config: loadOwnConfig({}),
        databaseUrl: chat.databaseUrl,
        backplane: chat.backplane,
        cursorSecret: 'a secret for tests, long enough for anyone',
        logger: silentLogger,
        clock: systemClock,
        newId,
      },
      ids,
      [{ ownerId: userIdOf('ada'), sellerId: newId('sel') }],
    );
  const lines = DEMO_ROOMS.reduce((sum, room) => sum + room.lines.length, 0);
  expect(await seed()).toBe(lines);
  expect(await seed()).toBe(0);
  expect(DEMO_ROOMS.every(({ id }) => isIdOf('room', id))).toBe(true);

  const QUERY = `query ($id: ID!) { room(id: $id) { kind name participantCount supportState
    messages { edges { node { text author { username } replyTo { text } sentAt } } } } }`;
  for (const { id, kind, name, people, lines } of DEMO_ROOMS) {
    const { room } = await chat.ask(QUERY, { id }, 'ada');
    expect(room.supportState).toBe(kind === 'SUPPORT' ? 'WAITING_FOR_CUSTOMER' : null);
    expect(room).toMatchObject({ kind, name, participantCount: people.length });
    expect(room.messages.edges.map(({ node }: { node: { text: string } }) => node.text)).toEqual(
      lines.map(({ text }) => text),
    );
  }
  const direct = DEMO_ROOMS.find(({ kind }) => kind === 'DIRECT');
  expect(await chat.openDirect('ada', 'bo')).toBe(direct?.id);
  expect((await chat.send('bo', direct?.id as string, 'See you there')).sequence).toBe(7);
});
