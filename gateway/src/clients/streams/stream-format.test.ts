import { expect, test } from 'vitest';
import { EncodedEvent } from '../../subscriptions/encoded-event.ts';
import { serverSentEvents, wholeAsEvents } from './stream-format.ts';

/** What a client reads of one event, by the rules of the format: any line break ends a field. */
function readEvent(text: string): { data: string; id: string | undefined; names: string[] } {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== '');
  const fields = lines.map((line) => line.split(/: ?(.*)/s, 2) as [string, string]);
  const valuesOf = (name: string) =>
    fields.flatMap(([key, value]) => (key === name ? [value] : []));
  return {
    data: valuesOf('data').join('\n'),
    id: valuesOf('id')[0],
    names: fields.map(([name]) => name),
  };
}

const DATA = { data: { matrix: [[1, 2], [3]], any: { text: 'two\nlines\r\n' } } };

test.each([
  ['in one line', JSON.stringify(DATA)],
  ['indented', JSON.stringify(DATA, null, 2)],
  ['indented with other line breaks', JSON.stringify(DATA, null, 2).replaceAll('\n', '\r\n')],
  [
    'with lone carriage returns and empty lines',
    JSON.stringify(DATA, null, 2).replace(/\n/g, '\r\r'),
  ],
])('an event whose JSON is %s is one event of server-sent events', (_, json) => {
  const event = readEvent(String(serverSentEvents.event(new EncodedEvent(json, 'c1'))));
  expect(event.names).toEqual(['event', 'id', 'data']);
  expect(JSON.parse(event.data)).toEqual(DATA);
  expect(event.id).toBe('c1');
});

test.each(['text', 'bytes'])(
  'so is a whole answer of %s, whose bytes stay as they were',
  (form) => {
    const json = JSON.stringify(DATA, null, 2).replaceAll('\n', '\r\n');
    const bytes = Buffer.from(json);
    let held = 0;
    const hold = () => {
      held += 1;
      const release = () => {
        held -= 1;
      };
      return { bytes, release };
    };
    const body = { byteLength: bytes.length, text: () => json, hold };
    const [event, end, rest] = String(wholeAsEvents(form === 'text' ? json : body)).split('\n\n');
    expect(JSON.parse(readEvent(`${event}`).data)).toEqual(DATA);
    expect([end, rest]).toEqual(['event: complete\ndata:', '']);
    expect([String(bytes), held]).toEqual([json, 0]);
  },
);

test.each(['c\n1', 'c\r1', 'c\x001'])('a cursor of several lines is no id: %j', (cursor) => {
  const text = String(serverSentEvents.event(new EncodedEvent('{}', cursor)));
  expect(readEvent(text).names).toEqual(['event', 'data']);
});
