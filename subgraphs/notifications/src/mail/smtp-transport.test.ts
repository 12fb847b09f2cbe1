import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { until } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { MailRefused } from './mail-transport.ts';
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
    // A server whose answer to EHLO never ends.
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

/** A server that answers each step so, and the rest as it should be. */
async function answering(given: Readonly<Record<string, string>>) {
  const said: Readonly<Record<string, string>> = {
    ...{ EHLO: '250 well', HELO: '250 well', MAIL: '250 well', RCPT: '250 well', QUIT: '221 bye' },
    ...{ DATA: '354 go on', '.': '250 taken', AUTH: '235 well', ...given },
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    let rest = '';
    let isText = false;
    socket.write(`${given.GREETING ?? '220 hello'}\r\n`);
    socket.on('data', (chunk) => {
      rest += chunk.toString();
      const lines = rest.split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (isText && line !== '.') continue;
        const step = isText ? '.' : (line.split(' ')[0] ?? '').toUpperCase();
        const answer = said[step] ?? '500 what?';
        isText = answer.startsWith('354');
        socket.write(`${answer}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return port;
}

test.each([
  ['whom it is for', { RCPT: '550 nobody here' }, '', true],
  ['what it says', { '.': '554 not here' }, '', true],
  ['whether it may say it', { DATA: '554 no' }, '', true],
  ['whom it is for, for now', { RCPT: '450 later' }, '', false],
  ['us, as it greets', { GREETING: '554 not from there' }, '', false],
  ['us, by our name', { EHLO: '550 no', HELO: '550 no' }, '', false],
  ['our own address', { MAIL: '550 not by you' }, '', false],
  ['our credentials', { EHLO: '250 AUTH PLAIN', AUTH: '535 wrong' }, 'me:secret@', false],
])("a server's answer to %s is final for the mail, or is not", async (_, given, login, isFinal) => {
  const transport = createSmtpTransport(`smtp://${login}127.0.0.1:${await answering(given)}`);
  const error = await transport.send(mail).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(error instanceof MailRefused, String(error)).toBe(isFinal);
  await transport.close();
});
