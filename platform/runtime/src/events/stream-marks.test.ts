import { expect, test } from 'vitest';
import { readMark, type StreamMark, writtenMark } from './stream-marks.ts';

const MARKS: StreamMark[] = [
  {},
  { position: 3 },
  { position: 3, shared: true },
  { position: 3, traceparent: '00-a-b-01' },
  { position: 3, reauthorise: ['usr_1'] },
  { reauthorise: [] },
  { position: 4, reauthorise: 'everyone' },
];
const written = (mark: StreamMark) => JSON.parse(JSON.stringify(writtenMark(mark)));

test.each(MARKS)('%j is read as it was written', (mark) => {
  expect(readMark(written(mark))).toEqual(mark);
});

test.each(MARKS)(
  '%j as the release before wrote it is read the same',
  ({ reauthorise, ...mark }) => {
    const before = reauthorise ? { ...mark, recheck: reauthorise } : mark;
    expect(readMark(before)).toEqual(reauthorise ? { ...mark, reauthorise } : mark);
  },
);

test.each(MARKS)('%j asks a gateway of the release before to ask about access', (mark) => {
  const { recheck } = written(mark);
  expect(recheck).toEqual(mark.reauthorise);
});

test('of what is badly said nothing is taken', () => {
  expect(readMark(null)).toBeNull();
  expect(readMark('everyone')).toBeNull();
  expect(
    readMark({ position: '3', shared: 1, traceparent: 0, reauthorise: [7], recheck: 'me' }),
  ).toEqual({});
});
