import { expect, test } from 'vitest';
import { TextFrames } from './text-frames.ts';

const frameStart = (text: string) => ({ text, bytes: Buffer.byteLength(text) });

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
  const frame = new TextFrames(Buffer.from(body), '}').beginningWith(frameStart(start));
  expect(read(frame)).toEqual({ opcode: 0x81, text: `${start}${body}}` });
});

test('a frame given back is written again for the next client, one that is still read is not', () => {
  const frames = new TextFrames(Buffer.from('tidings'), '}');
  const begun = (text: string) => frames.beginningWith(frameStart(text));
  const first = begun('{"id":"1"');
  frames.giveBack(first);
  const second = begun('{"id":"2"');
  expect(second).toBe(first);
  const third = begun('{"id":"3"');
  expect([second, third].map((frame) => read(frame).text)).toEqual([
    '{"id":"2"tidings}',
    '{"id":"3"tidings}',
  ]);
});

test('a returned frame is not reused for a client that needs a longer header', () => {
  const frames = new TextFrames(Buffer.from('tidings'), '}');
  frames.giveBack(frames.beginningWith(frameStart('{"id":"1"')));
  expect(read(frames.beginningWith(frameStart('{"id":"10"'))).text).toBe('{"id":"10"tidings}');
  expect(read(frames.beginningWith(frameStart('{"id":"é"'))).text).toBe('{"id":"é"tidings}');
});
