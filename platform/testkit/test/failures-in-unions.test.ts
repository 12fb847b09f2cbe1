import { readdirSync, readFileSync } from 'node:fs';
import { withSharedTypes } from '@souk/runtime/schema';
import { buildASTSchema, type GraphQLSchema, isUnionType, parse } from 'graphql';
import { ts } from 'ts-morph';
import { describe, expect, test } from 'vitest';
import { takesCheckedTexts } from '../src/contract-rules.ts';
import { failuresOfMutations } from '../src/failures/mutation-failures.ts';
import { createFailureFinder } from '../src/failures/reachable-failures.ts';

/**
 * An exhaustive switch over a mutation's errors is only as good as its union: what the union lacks
 * becomes a top-level error that no client expects, and what it has in vain is code for nothing.
 */
const subgraphs = new URL('../../../subgraphs/', import.meta.url);

const names = readdirSync(subgraphs);
const failures = failuresOfMutations(subgraphs, names);

test.each(names)('the unions of %s contain exactly the failures of its mutations', (name) => {
  const schema = schemaOf(name);
  const mutations = schema.getMutationType()?.getFields() ?? {};
  expect([...(failures.get(name)?.keys() ?? [])].sort()).toEqual(Object.keys(mutations).sort());
  const wrong = Object.values(mutations).flatMap((field) => {
    const made = failures.get(name)?.get(field.name) ?? [];
    const members = new Set(membersOf(schema, field.name));
    const possible = new Set(made.map(({ type }) => type));
    if (takesCheckedTexts(field)) possible.add('ValidationError');
    return [
      ...made
        .filter(({ type }) => !members.has(type))
        .map(({ type, madeIn }) => `${field.name}: the union lacks ${type} of ${madeIn}()`),
      ...[...members]
        .filter((member) => !possible.has(member))
        .map((member) => `${field.name}: nothing makes a ${member}`),
    ];
  });
  expect(wrong).toEqual([]);
});

const schemaOf = (name: string): GraphQLSchema => {
  const own = readFileSync(new URL(`${name}/schema.graphql`, subgraphs), 'utf8');
  return buildASTSchema(parse(withSharedTypes(own)), { assumeValidSDL: true });
};

const membersOf = (schema: GraphQLSchema, mutation: string): string[] => {
  const union = schema.getType(`${mutation[0]?.toUpperCase()}${mutation.slice(1)}Error`);
  return isUnionType(union) ? union.getTypes().map(({ name }) => name) : [];
};

describe('what code can fail with is found', () => {
  const errors = `
    class DomainError { constructor(code: string, category: string, message: string, more?: object) {} }
    const taken = () => new DomainError('TAKEN', 'CONFLICT', 'Taken.', { type: 'TakenError' });
    const missing = () => new DomainError('MISSING', 'NOT_FOUND', 'Missing.');
  `;
  test.each([
    ['in the code itself', 'const root = () => { throw missing(); };', ['NotFoundError']],
    [
      'in what it calls, however deep',
      'function deep() { throw taken(); } const half = () => deep(); const root = () => half();',
      ['TakenError'],
    ],
    [
      'in what it hands on',
      'const each = (work: () => void) => work(); const fail = () => { throw taken(); }; const root = () => each(fail);',
      ['TakenError'],
    ],
    [
      'behind an interface',
      `interface Store { put(): void }
       const createStore = (): Store => ({ put: () => { throw taken(); } });
       const root = (store: Store) => store.put();`,
      ['TakenError'],
    ],
    [
      'in what a package is handed, of which nothing is known',
      `import { inTurn } from 'package';
       const root = () => inTurn(async (tools) => { await tools.begin(); throw taken(); });`,
      ['TakenError'],
    ],
    [
      'behind an interface whose methods take what a package declares',
      `import type { Transaction } from 'package';
       interface Store { put(): void }
       const createStore = (tx: Transaction): Store => ({ put: () => { throw taken(); } });
       const root = (stores: { things: Store }) => stores.things.put();`,
      ['TakenError'],
    ],
    [
      'behind a table of functions',
      'const table = { missing }; const root = (given: typeof table) => { throw given.missing(); };',
      ['NotFoundError'],
    ],
    [
      'and not in what an object could do that is not asked of it',
      `interface Store { put(): void; take(): void }
       const createStore = (): Store => ({ put: () => { throw taken(); }, take() { throw missing(); } });
       const root = () => { const store = createStore(); store.take(); };`,
      ['NotFoundError'],
    ],
    [
      'and not in how a text came about that is only read',
      `interface Named { name: string | null }
       const nameOf = (): string => { throw taken(); };
       const named: Named = { name: nameOf() };
       const root = (given: Named) => { if (given.name) throw missing(); };`,
      ['NotFoundError'],
    ],
    ['and nothing where nothing fails', 'const root = () => 1;', []],
  ])('%s', (_, code, expected) => {
    const file = '/example.ts';
    const host = ts.createCompilerHost({});
    const source = ts.createSourceFile(file, errors + code, ts.ScriptTarget.ES2023, true);
    const program = ts.createProgram(
      [file],
      { noLib: true },
      {
        ...host,
        getSourceFile: (name) => (name === file ? source : undefined),
      },
    );
    let root: ts.Node | undefined;
    source.forEachChild((node) => {
      if (!ts.isVariableStatement(node)) return;
      const [constant] = node.declarationList.declarations;
      if (constant?.name.getText() === 'root') root = constant;
    });
    const find = createFailureFinder(program, (name) => name === file);
    expect(find(root ? [root] : []).map(({ type }) => type)).toEqual(expected);
  });
});
