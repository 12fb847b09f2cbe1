import { readFileSync } from 'node:fs';
import { scalarsDeclaredIn } from '@souk/runtime/graphql';
import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';

// A scalar that takes any JSON would carry past every check what an input type refuses: filters for
// keys, prototypes, megabytes.

const supergraph = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8');
const names = parse(supergraph).definitions.flatMap((definition) =>
  definition.kind === Kind.SCALAR_TYPE_DEFINITION && !definition.name.value.includes('__')
    ? [definition.name.value]
    : [],
);
const scalars = scalarsDeclaredIn(supergraph);

test('every scalar of the supergraph has a check of its own', () => {
  expect(names.length).toBeGreaterThan(5);
  expect(Object.keys(scalars).sort()).toEqual(names.sort());
});

test.each(names)('%s takes no object and no list', (name) => {
  const parseValue = scalars[name]?.parseValue;
  for (const value of [
    {},
    [],
    JSON.parse('{"__proto__":{"polluted":1}}'),
    [[]],
    { contains: '' },
  ]) {
    expect(() => parseValue?.(value)).toThrow();
  }
});
