import { expect, test } from 'vitest';
import { hasNoControls } from './body-text.ts';

const LENGTH = 1_031;
/** Bytes at the borders of what is looked for, and those that end a character of several bytes. */
const HARMLESS = [0x20, 0x7f, 0x80, 0x9f, 0xc3, 0xe2, 0xff];
const CONTROLS = [0x00, 0x01, 0x09, 0x0a, 0x1f];

/** A body of these bytes in turn that begins at any place of its memory, with control characters around it. */
const bodyAt = (offset: number, bytes: readonly number[]): Buffer => {
  const memory = Buffer.alloc(LENGTH + 16, 0x01);
  for (let at = 0; at < LENGTH; at += 1) memory[offset + at] = bytes[at % bytes.length] as number;
  return memory;
};

test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  'bytes that are no control characters are none, at %i',
  (offset) => {
    for (const bytes of [HARMLESS, ...HARMLESS.map((byte) => [byte])]) {
      expect(hasNoControls(bodyAt(offset, bytes), offset, offset + LENGTH)).toBe(true);
    }
  },
);

test.each([0, 1, 2, 3])('a control character is found at any position, at %i', (offset) => {
  for (const byte of HARMLESS) {
    const body = bodyAt(offset, [byte]);
    const missed: number[] = [];
    for (let at = offset; at < offset + LENGTH; at += 1) {
      for (const control of CONTROLS) {
        body[at] = control;
        if (hasNoControls(body, offset, offset + LENGTH)) missed.push(at);
      }
      body[at] = byte;
    }
    expect(missed).toEqual([]);
  }
});
