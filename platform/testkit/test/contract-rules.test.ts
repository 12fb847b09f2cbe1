import { readdirSync, readFileSync } from 'node:fs';
import { withSharedTypes } from '@souk/runtime/schema';
import { describe, expect, test } from 'vitest';
import { breachesOfContract, type ContractRule } from '../src/contract-rules.ts';

/** Breaches that stay, and why. */
const ALLOWED: readonly [rule: ContractRule, place: string, why: string][] = [
  [
    'a payload and a union for each mutation',
    'Mutation.logout',
    'nothing that is expected can go wrong, and a union without members there is not',
  ],
];

const subgraphs = new URL('../../../subgraphs/', import.meta.url);

test.each(readdirSync(subgraphs))('the schema of %s keeps the rules of the contract', (name) => {
  const own = readFileSync(new URL(`${name}/schema.graphql`, subgraphs), 'utf8');
  const breaches = breachesOfContract(withSharedTypes(own)).filter(
    (breach) => !ALLOWED.some(([rule, place]) => breach.rule === rule && breach.place === place),
  );
  expect(breaches.map(({ rule, place, wrong }) => `${rule}: ${place} ${wrong}`)).toEqual([]);
});

/** What the least schema that keeps all rules has, so that each example breaks one of them. */
const KEPT = `
  directive @key(fields: String!, resolvable: Boolean) repeatable on OBJECT
  directive @shareable on OBJECT | FIELD_DEFINITION
  type Query { viewer: Viewer @shareable }
  type Viewer @key(fields: "id") { id: ID! }
`;

describe('what a schema breaks is reported:', () => {
  const examples: Record<ContractRule, string> = {
    'keys are ids': 'type Shelf implements Node @key(fields: "code") { id: ID! code: String! }',
    'viewer in every subgraph': 'extend type Query { me: Viewer }',
    'an id makes a node': 'type Shelf { id: ID! }',
    'foreign items may be null': `
      type Person @key(fields: "id", resolvable: false) { id: ID! }
      type Shelf { owners: [Person!]! }
    `,
    'a payload and a union for each mutation': 'type Mutation { dust: Boolean! }',
    'create and update apart': `
      type Mutation { saveShelf: SaveShelfPayload! }
      type SaveShelfPayload { errors: [SaveShelfError!]! }
      union SaveShelfError = NotFoundError
    `,
    'money in one input': 'input PriceInput { amountMinor: SafeInt currency: Currency }',
    'ids say of what': 'type Subscription { shelfEvents(id: ID!): CaughtUp }',
    'lists are plural': 'extend type Query { shelves(kind: [Int!]): Int }',
    'filters together': `
      extend type Query { shelves(wide: Boolean, high: Boolean, first: Int): ShelfConnection! }
      type ShelfConnection { totalCount: Int! }
    `,
    'repeats are reported': `
      type Mutation { dust(idempotencyKey: UUID): DustPayload! }
      type DustPayload { errors: [DustError!]! }
      union DustError = IdempotencyMismatchError
    `,
    'repeated keys can mismatch': `
      type Mutation { dust(idempotencyKey: UUID): DustPayload! }
      type DustPayload { replayed: Boolean! errors: [DustError!]! }
      union DustError = NotFoundError
    `,
    'texts can be refused': `
      type Mutation { dust(note: String @prose(max: 9)): DustPayload! }
      type DustPayload { errors: [DustError!]! }
      union DustError = NotFoundError
    `,
    'versions can conflict': `
      type Mutation { dust(expectedVersion: Int): DustPayload! }
      type DustPayload { errors: [DustError!]! }
      union DustError = NotFoundError
    `,
    'toggles are set': `
      type Mutation { dust(on: Boolean!): DustPayload! }
      type DustPayload { errors: [DustError!]! }
      union DustError = NotFoundError
    `,
    'rights are actions': 'type Shelf { viewerCan: [String!] }',
    'no oneOf': 'directive @oneOf on INPUT_OBJECT input Either @oneOf { a: Int b: Int }',
  };
  test.each(Object.entries(examples))('%s', (rule, sdl) => {
    const base =
      rule === 'viewer in every subgraph'
        ? KEPT.replace(/type Query.*/, 'type Query { q: Int }')
        : KEPT;
    expect(breachesOfContract(withSharedTypes(base + sdl)).map((breach) => breach.rule)).toEqual([
      rule,
    ]);
  });

  test('nothing, when it keeps them', () => {
    expect(breachesOfContract(withSharedTypes(KEPT))).toEqual([]);
  });
});
