import { expect, test } from 'vitest';
import {
  cartStream,
  groupStream,
  mailboxStream,
  orderStream,
  productStream,
  roomStream,
  sellerOrderStream,
  sellerStream,
  userStream,
} from './streams.ts';

const KINDS = {
  cartStream,
  roomStream,
  userStream,
  mailboxStream,
  groupStream,
  orderStream,
  productStream,
  sellerOrderStream,
  sellerStream,
};

test.each(Object.entries(KINDS))('%s is read back from its name, and from no other', (_, kind) => {
  expect(kind.idOf(kind('some_id:with_colon'))).toBe('some_id:with_colon');
  expect(kind('x')).toBe(`${kind.prefix}x`);
  for (const other of Object.values(KINDS).filter((other) => other !== kind)) {
    expect(() => kind.idOf(other('x'))).toThrow('is not the stream of');
  }
});
