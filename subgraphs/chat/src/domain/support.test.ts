import { expect, test } from 'vitest';
import {
  type Asked,
  answered,
  handedBack,
  resolved,
  takenOver,
  waitsForSeller,
} from './support.ts';

const AT = new Date('2026-11-27T10:00:00Z');
const later = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
const open: Asked = {
  ...{ orderId: 'ord_1', sellerId: null, sellerOrderId: null, customerId: 'bo' },
  ...{ state: 'OPEN', takenBy: null, waitingSince: null },
};
type Step = (asked: Asked) => Asked;
const after = (asked: Asked, ...steps: Step[]) => steps.reduce((now, step) => step(now), asked);
const states = (...steps: Step[]) =>
  steps.map((_, index) => {
    const { state, takenBy } = after(open, ...steps.slice(0, index + 1));
    return [state, takenBy];
  });
const says =
  (who: string, at = AT): Step =>
  (asked) =>
    answered(asked, who, at);
const takes =
  (who: string): Step =>
  (asked) =>
    takenOver(asked, who);
const leaves =
  (who: string): Step =>
  (asked) =>
    handedBack(asked, who);
const over =
  (on: boolean): Step =>
  (asked) =>
    resolved(asked, on);

test('after a message its author waits for the other side', () => {
  expect(states(says('bo'), takes('sue'), says('sue'), says('bo'))).toEqual([
    ['OPEN', null],
    ['WAITING_FOR_STAFF', 'sue'],
    ['WAITING_FOR_CUSTOMER', 'sue'],
    ['WAITING_FOR_STAFF', 'sue'],
  ]);
});

test('anybody in support can take over at any time; only the assignee can hand it back', () => {
  expect(
    states(takes('sue'), says('sue'), takes('sam'), leaves('sue'), leaves('sam'), says('bo')),
  ).toEqual([
    ['WAITING_FOR_STAFF', 'sue'],
    ['WAITING_FOR_CUSTOMER', 'sue'],
    ['WAITING_FOR_CUSTOMER', 'sam'],
    ['WAITING_FOR_CUSTOMER', 'sam'],
    ['OPEN', null],
    ['OPEN', null],
  ]);
});

test('a resolved request stays resolved until it is reopened or somebody writes', () => {
  expect(states(over(false), over(true), takes('sue'), leaves('sue'), over(false))).toEqual([
    ['OPEN', null],
    ['RESOLVED', null],
    ['RESOLVED', 'sue'],
    ['RESOLVED', null],
    ['OPEN', null],
  ]);
  expect(states(takes('sue'), over(true), says('bo'), over(true), over(false))).toEqual([
    ['WAITING_FOR_STAFF', 'sue'],
    ['RESOLVED', 'sue'],
    ['WAITING_FOR_STAFF', 'sue'],
    ['RESOLVED', 'sue'],
    ['WAITING_FOR_STAFF', 'sue'],
  ]);
});

test('a customer waits from the first unanswered message until an answer or the end of the request', () => {
  const waits = (...steps: Step[]) => after(open, ...steps).waitingSince;
  const asks = [says('bo', later(1)), says('bo', later(2))];
  expect(waits()).toBeNull();
  expect(waits(...asks)).toEqual(later(1));
  expect(waits(...asks, takes('sue'))).toEqual(later(1));
  expect(waits(...asks, takes('sue'), says('sue', later(3)))).toBeNull();
  expect(waits(...asks, takes('sue'), says('sue', later(3)), says('bo', later(4)))).toEqual(
    later(4),
  );
  expect(waits(...asks, over(true))).toBeNull();
});

test('people who answer for a seller are notified of waiting customers without an assignee', () => {
  const ofSeller = { ...open, orderId: null, sellerId: 'sel_1' };
  expect(waitsForSeller(after(open, says('bo')))).toBe(false);
  expect(waitsForSeller(ofSeller)).toBe(false);
  expect(waitsForSeller(after(ofSeller, says('bo')))).toBe(true);
  expect(waitsForSeller(after(ofSeller, says('bo'), takes('sue')))).toBe(false);
  expect(waitsForSeller(after(ofSeller, says('bo'), takes('sue'), leaves('sue')))).toBe(true);
  const helped = [says('bo'), takes('sue'), says('sue'), leaves('sue')];
  expect(waitsForSeller(after(ofSeller, ...helped))).toBe(false);
});
