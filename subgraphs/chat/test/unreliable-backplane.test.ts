import type { Backplane } from '@souk/runtime/backplane';
import { testBackplane, until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { JOIN, sequencesOf, startChat } from './chat.ts';

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('while pub/sub is away, messages are accepted and still reach everybody', async () => {
  const backplane = await testBackplane();
  await using _ = { [Symbol.asyncDispose]: () => backplane.close() };
  let away = true;
  const failing: Backplane = {
    ...backplane,
    pubsub: {
      ...backplane.pubsub,
      publish: async (topic, payload) => {
        if (away) throw new Error('away');
        await backplane.pubsub.publish(topic, payload);
      },
      subscribe: async (topic, listener) => {
        if (away) throw new Error('away');
        return backplane.pubsub.subscribe(topic, listener);
      },
    },
  };
  await using chat = await startChat({ backplane: failing });
  const room = await chat.openDirect('ada', 'bo');
  await using stream = await chat.follow('bo', room);
  await chat.send('ada', room, 'one');
  await chat.send('ada', room, 'two');
  await until(() => sequencesOf(stream.items).length === 2);
  away = false;
  await chat.send('ada', room, 'three');
  await until(() => sequencesOf(stream.items).length === 3);
  expect(sequencesOf(stream.items)).toEqual([1, 2, 3]);
});

test('lost, repeated and late hints do not change what readers receive', async () => {
  const backplane = await testBackplane();
  await using _ = { [Symbol.asyncDispose]: () => backplane.close() };
  const bad: Backplane = {
    ...backplane,
    pubsub: {
      ...backplane.pubsub,
      publish: async (topic, payload) => {
        const times = Math.floor(Math.random() * 3);
        for (let time = 0; time < times; time += 1) {
          setTimeout(
            () => void backplane.pubsub.publish(topic, payload).catch(() => {}),
            Math.random() * 50,
          );
        }
      },
    },
  };
  await using chat = await startChat({ backplane: bad });
  const room = await chat.createRoom('ada', { kind: 'PUBLIC', name: 'Storm' });
  const names = ['ada', 'bo', 'cy', 'eve'];
  await Promise.all(names.map((name) => chat.ask(JOIN, { id: room }, name)));
  const streams = await Promise.all(upTo(8).map(() => chat.follow('ada', room)));
  await Promise.all(
    names.map(async (name) => {
      for (let count = 0; count < 25; count += 1) await chat.send(name, room, `${count}`);
    }),
  );
  for (const stream of streams) {
    await until(() => sequencesOf(stream.items).length >= 100);
    expect(sequencesOf(stream.items)).toEqual(upTo(100));
    await stream.stop();
  }
});
