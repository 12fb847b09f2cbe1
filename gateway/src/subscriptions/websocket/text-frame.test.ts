import { expect, test } from 'vitest';
import { Receiver } from 'ws';
import { frameStart, textFrame } from './text-frame.ts';

/** What `ws` makes of a frame, as a client does. */
const received = (frame: Buffer) =>
  new Promise<string>((resolve, reject) => {
    const receiver = new Receiver({ isServer: false });
    receiver.on('message', (data) => resolve(String(data)));
    receiver.on('error', reject);
    receiver.write(frame);
  });

test.each([
  ['a short one', '{"id":"1"', 'x'.repeat(50)],
  ['one of 126 bytes', '', 'x'.repeat(125)],
  ['a long one', '{"id":"2"', 'x'.repeat(70_000)],
  ['an id that is not ASCII', '{"id":"☕é"', 'Grüße'],
])('%s arrives whole', async (_, start, body) => {
  const frame = textFrame(frameStart(start), Buffer.from(body), '}');
  expect(await received(frame)).toBe(`${start}${body}}`);
});
