import { buildSchema, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { makeResumable } from './resumable.ts';

const schema = buildSchema(`
  interface StreamEvent { cursor: String }
  type Tick implements StreamEvent { cursor: String }
  type Query { a: Int }
  type Subscription { ticks(after: String, other: String): Tick! }
`);

const initiallyOf = (query: string) => {
  const document = parse(query);
  const operation = document.definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  ) as OperationDefinitionNode;
  const { resumption } = makeResumable(document, operation, schema);
  return (variables: Record<string, unknown>) =>
    resumption && Object.values(resumption.initially(variables));
};

test.each(Object.getOwnPropertyNames(Object.prototype))(
  'a stream begins after the value of a variable called %s, or after its default',
  (name) => {
    const asked = (fallback: string) =>
      initiallyOf(
        `subscription($${name}: String${fallback}) { ticks(after: $${name}, other: $${name}) { cursor } }`,
      );
    expect(asked('')({})).toEqual([]);
    expect(asked(' = "c1"')({})).toEqual(['c1']);
    expect(asked(' = "c1"')(Object.fromEntries([[name, 'c2']]))).toEqual(['c2']);
  },
);
