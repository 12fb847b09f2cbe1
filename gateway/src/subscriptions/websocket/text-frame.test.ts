import { expect, test } from 'vitest';
import { frameStart, textFrame } from './text-frame.ts';

/** Reads one frame as RFC 6455, section 5.2 has it. */
function read(frame: Buffer): { opcode: number; text: string } {
  const short = (frame[1] as number) & 0x7f;
  const headLength = short < 126 ? 2 : short === 126 ? 4 : 10;
  const length =
    short < 126 ? short : short === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
  expect(frame.length).toBe(headLength + length);
  return { opcode: frame[0] as number, text: frame.subarray(headLength).toString() };
}

test.each([
  ['a short one', '{"id":"1"', 'x'.repeat(50)],
  ['one of 125 bytes', '', 'x'.repeat(124)],
  ['one of 126 bytes', '', 'x'.repeat(125)],
  ['one of 65,535 bytes', '', 'x'.repeat(65_534)],
  ['a long one', '{"id":"2"', 'x'.repeat(70_000)],
  ['an id that is not ASCII', '{"id":"☕é"', 'Grüße'],
])('%s is one whole text frame', (_, start, body) => {
  const frame = textFrame(frameStart(start), Buffer.from(body), '}');
  expect(read(frame)).toEqual({ opcode: 0x81, text: `${start}${body}}` });
});
