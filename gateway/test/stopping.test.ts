import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { startToy } from './support/start-toy.ts';

/** One kept-alive connection to the gateway. */
async function keptAlive(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  let heard = '';
  let isOver = false;
  socket.on('data', (data) => {
    heard += data;
  });
  socket.on('close', () => {
    isOver = true;
  });
  return {
    ask: (query: string) => {
      const body = JSON.stringify({ query });
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    },
    answers: (count: number) => until(() => heard.split('HTTP/1.1 200').length > count),
    last: () => heard.split('HTTP/1.1 200').at(-1)?.toLowerCase() ?? '',
    over: () => until(() => isOver),
  };
}

// The second time the body is known.
test.each([1, 2])(
  'the answer to a request in flight says that its connection ends (%i)',
  async (times) => {
    const toy = await startToy();
    const client = await keptAlive(toy.url);
    for (let time = 1; time < times; time += 1) {
      client.ask('{ slow(ms: 20) }');
      await client.answers(time);
      expect(client.last()).toContain('connection: keep-alive');
    }
    client.ask('{ slow(ms: 20) }');
    // Whatever of it has arrived by now, it is answered.
    const closing = toy.gateway.close();
    await client.answers(times);
    expect(client.last()).toContain('connection: close');
    await Promise.all([client.over(), closing]);
  },
);

test('from the moment the process is asked to stop, answers send clients elsewhere', async () => {
  let draining = false;
  await using toy = await startToy({ draining: () => draining });
  const client = await keptAlive(toy.url);
  client.ask('{ __typename }');
  await client.answers(1);
  expect(client.last()).toContain('connection: keep-alive');
  draining = true;
  client.ask('{ __typename }');
  await client.answers(2);
  expect(client.last()).toContain('connection: close');
  await client.over();
});
