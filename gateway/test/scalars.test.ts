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

const HOSTILE = [
  {},
  [],
  JSON.parse('{"__proto__":{"polluted":1}}'),
  [[]],
  { contains: '' },
  { id: { contains: '' }, response: { signature: ['x'], more: {} }, rawId: 'x'.repeat(20_000) },
];

test.each(names.filter((name) => name !== 'WebAuthnJSON'))(
  '%s takes no object and no list',
  (name) => {
    const parseValue = scalars[name]?.parseValue;
    for (const value of HOSTILE) expect(() => parseValue?.(value)).toThrow();
  },
);

test('WebAuthnJSON takes the members of a credential, and nothing else', () => {
  const parse = (value: unknown) => scalars.WebAuthnJSON?.parseValue(value);
  for (const value of ['{}', 1, null, [], [[]]]) expect(() => parse(value)).toThrow();
  const nothing = { clientExtensionResults: {} };
  for (const value of HOSTILE.filter((value) => !Array.isArray(value))) {
    const { response, ...rest } = parse(value) as Record<string, unknown>;
    expect(rest).toStrictEqual(nothing);
    expect(response ?? {}).toStrictEqual({});
  }
  const credential = {
    ...{ id: 'a', rawId: 'a', type: 'public-key', clientExtensionResults: {} },
    response: { clientDataJSON: 'b', signature: 'c', transports: ['internal'] },
  };
  expect(parse({ ...credential, extra: 1 })).toStrictEqual(credential);
});
