import { expect, test } from 'vitest';
import { answered, handedBack, resolved, type Support, takenOver } from './support.ts';

const open: Support = { orderId: 'ord_1', state: 'OPEN', takenBy: null };
const states = (...steps: ((support: Support) => Support)[]) => {
  let support = open;
  return steps.map((step) => {
    support = step(support);
    return [support.state, support.takenBy];
  });
};
const says = (who: string) => (support: Support) => answered(support, who);
const takes = (who: string) => (support: Support) => takenOver(support, who);
const leaves = (who: string) => (support: Support) => handedBack(support, who);
const over = (on: boolean) => (support: Support) => resolved(support, on);

test('whoever said something waits for the other one', () => {
  expect(states(says('bo'), takes('sue'), says('sue'), says('bo'))).toEqual([
    ['OPEN', null],
    ['WAITING_FOR_STAFF', 'sue'],
    ['WAITING_FOR_CUSTOMER', 'sue'],
    ['WAITING_FOR_STAFF', 'sue'],
  ]);
});

test('another one takes over as it stands; only who helps hands it back', () => {
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

test('what is over stays so until somebody says it is not, or says anything', () => {
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
