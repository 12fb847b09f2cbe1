import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createSmtpTransport } from './smtp-transport.ts';

const mail = {
  ...{ messageId: '<eml_1@souk.test>', from: 'Souk <hello@souk.test>', to: 'ada@example.test' },
  ...{ subject: 'Hello', text: 'Hello', html: '<p>Hello' },
};

test('a server that says a little now and then is not waited for without end, and its line is cut', async () => {
  const lines = new Set<Socket>();
  const server = createServer((socket) => {
    lines.add(socket);
    socket.on('error', () => {});
    socket.write('220 slow\r\n');
    // Its answer to EHLO goes on and on.
    socket.once('data', () => {
      const saying = setInterval(() => socket.write('250-SOMETHING\r\n'), 20);
      socket.once('close', () => {
        clearInterval(saying);
        lines.delete(socket);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const transport = createSmtpTransport(`smtp://127.0.0.1:${port}`, { sendMs: 300 });
  await expect(transport.send(mail)).rejects.toThrow('no answer in time');
  await until(() => lines.size === 0);
  // The next mail has a line of its own.
  const next = transport.send(mail);
  await until(() => lines.size === 1);
  await expect(next).rejects.toThrow('no answer in time');
  await transport.close();
});
