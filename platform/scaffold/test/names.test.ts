import { describe, expect, test } from 'vitest';
import { checkedNames, type Taken } from '../src/names.ts';

const taken: Taken = {
  subgraphs: ['users', 'chat'],
  graph: new Set(['User', 'user', 'users', 'Money']),
  prefixes: { usr: 'User', rev: 'Revision', crt: 'Cart' },
};

describe('names of a new subgraph', () => {
  test.each([
    [{ subgraph: 'parcels' }, { subgraph: 'parcels', entity: 'parcel', prefix: 'par' }],
    [{ subgraph: 'categories' }, { subgraph: 'categories', entity: 'category', prefix: 'cat' }],
    [{ subgraph: 'wishes' }, { subgraph: 'wishes', entity: 'wish', prefix: 'wis' }],
    // Letters that begin the ids of another type are not taken again.
    [{ subgraph: 'reviews' }, { subgraph: 'reviews', entity: 'review', prefix: 'rvw' }],
    // A type that has its letters already keeps them.
    [{ subgraph: 'carts' }, { subgraph: 'carts', entity: 'cart', prefix: 'crt' }],
    [
      { subgraph: 'press', entity: 'article', prefix: 'art' },
      { subgraph: 'press', entity: 'article', prefix: 'art' },
    ],
  ])('%j are %j', (wanted, names) => {
    expect(checkedNames(wanted, taken)).toEqual(names);
  });

  test.each([
    [{ subgraph: undefined }, /^Say what it is called: npm run new:subgraph -- wishlists$/],
    [{ subgraph: 'Reviews' }, /"Reviews" cannot be a subgraph's name: it takes 3 to 24 of a-z/],
    [{ subgraph: '../etc' }, /"\.\.\/etc" cannot be a subgraph's name/],
    [{ subgraph: 'product-reviews' }, /cannot be a subgraph's name/],
    [{ subgraph: 'chat' }, /There is a subgraph "chat" already/],
    [{ subgraph: 'gateway' }, /"gateway" is the name of a part of the platform/],
    [{ subgraph: 'press' }, /Say what one of them is called.*-- press --entity <word>/],
    [{ subgraph: 'classes' }, /Say what one of them is called/],
    [{ subgraph: 'purses', entity: 'money' }, /The graph has Money already/],
    [{ subgraph: 'reviews', prefix: 'usr' }, /Ids of User begin with "usr_"/],
    [{ subgraph: 'reviews', prefix: 'r' }, /3 or 4 of a-z/],
  ])('%j is refused with a sentence', (wanted, sentence) => {
    expect(() => checkedNames(wanted, taken)).toThrow(sentence);
  });

  test('all problems are reported at once', () => {
    const refused = () => checkedNames({ subgraph: 'Bad!', prefix: 'X' }, taken);
    expect(refused).toThrow(/cannot be.*what one of them is called.*3 or 4 of a-z/s);
  });
});
