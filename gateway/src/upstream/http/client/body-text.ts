import { isAscii } from 'node:buffer';

/** U+FEFF as UTF-8, with which some servers begin what they write. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** The text of a body without its byte order mark. Most are ASCII, which needs no decoding. */
export function bodyText(data: Buffer, start: number, end: number): string {
  const from = hasByteOrderMark(data, start, end) ? start + BYTE_ORDER_MARK.length : start;
  const ascii = isAscii(data.subarray(from, end));
  return data.toString(ascii ? 'latin1' : 'utf8', from, end);
}

const hasByteOrderMark = (data: Buffer, start: number, end: number): boolean =>
  end - start >= BYTE_ORDER_MARK.length &&
  BYTE_ORDER_MARK.every((byte, index) => data[start + index] === byte);
