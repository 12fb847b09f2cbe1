import { type FieldNode, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { argumentAt } from './field-uses.ts';

const givenTo = (query: string, variables: Record<string, unknown>, path: string[]) => {
  const operation = parse(query).definitions[0] as OperationDefinitionNode;
  const field = operation.selectionSet.selections[0] as FieldNode;
  return argumentAt(field, path, operation, variables);
};

test.each(Object.getOwnPropertyNames(Object.prototype))(
  'a variable called %s has the given value, else its default, else none',
  (name) => {
    const query = `mutation($${name}: String = "own") { login(name: $${name}) }`;
    expect(givenTo(query, {}, ['name'])).toBe('own');
    expect(givenTo(query, Object.fromEntries([[name, 'given']]), ['name'])).toBe('given');
    const bare = `mutation($${name}: String) { login(name: $${name}) }`;
    expect(givenTo(bare, {}, ['name'])).toBeUndefined();
    expect(givenTo('mutation($i: In) { send(input: $i) }', { i: {} }, ['input', name])).toBe(
      undefined,
    );
  },
);
