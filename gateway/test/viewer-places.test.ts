import {
  createRandom,
  INVENTED_ALIASES,
  INVENTED_VARIABLES,
  type Random,
} from '@souk/engine/testing';
import {
  buildSchema,
  execute,
  type FieldNode,
  type FormattedExecutionResult,
  type OperationDefinitionNode,
  parse,
  print,
  validate,
} from 'graphql';
import { expect, test } from 'vitest';
import { makeResumable, type Resumption } from '../src/subscriptions/resume/resumable.ts';
import { fillViewerPlaces, idsToAskFor } from '../src/subscriptions/shared/fill-viewer-places.ts';
import { splitByViewer } from '../src/subscriptions/shared/split-by-viewer.ts';

/**
 * What the gateway asks for beside the client's fields (cursors, places, ids) is asked under names
 * that are none of the client's, whatever those are.
 */
const schema = buildSchema(`
  interface Node { id: ID! }
  interface StreamEvent { cursor: String! }
  type Query { nodes(ids: [ID!]!): [Node]! }
  type Subscription { events(after: String, of: String): Event }
  union Event = Said | Left
  type Said implements StreamEvent & Node { cursor: String! id: ID! text(in: String): String by: [Person] mine(as: String): String }
  type Left implements StreamEvent { cursor: String! why: String who: Person }
  type Person implements Node { id: ID! name: String liked: String friend: Person }`);
const VIEWERS = new Set(['Said.mine', 'Person.liked']);
const viewerFields = { has: (type: string, field: string) => VIEWERS.has(`${type}.${field}`) };

type Row = Record<string, unknown>;
const people: Row[] = ['1', '2', '3'].map((id) => ({ __typename: 'Person', id, name: `n${id}` }));
for (const [index, person] of people.entries()) person.friend = people[(index + 1) % 3];
const said: Row = {
  __typename: 'Said',
  id: 's',
  cursor: 'c7',
  text: 'hello',
  by: [people[0], null, people[1]],
};
const left: Row = { __typename: 'Left', cursor: 'c8', why: 'late', who: people[2] };

/** As `viewer` sees it; null is nobody, who is told nothing of what is a viewer's. */
const answer = (
  document: ReturnType<typeof parse>,
  variables: Row,
  event: Row,
  viewer: string | null,
) =>
  JSON.parse(
    JSON.stringify(
      execute({
        schema,
        document,
        variableValues: variables,
        rootValue: {
          events: event,
          nodes: ({ ids }: { ids: string[] }) =>
            ids.map((id) => [...people, said].find((row) => row.id === id) ?? null),
        },
        fieldResolver: (row: Row, args, _, { parentType, fieldName }) => {
          if (viewerFields.has(parentType.name, fieldName)) {
            return viewer && `${fieldName} of ${row.id} by ${viewer} ${Object.values(args)}`;
          }
          const value = row[fieldName];
          return typeof value === 'function' ? value(args) : value;
        },
      }),
    ),
  ) as FormattedExecutionResult;

function randomSubscription(random: Random): { query: string; variables: Row } {
  const variable = random.pick(INVENTED_VARIABLES);
  const given = random.pick([
    '',
    `(after: $${variable})`,
    `(after: $${variable}, of: $${variable})`,
    '(after: "c1")',
  ]);
  const fields = (all: readonly string[]): string => {
    const free = [...INVENTED_ALIASES];
    return random
      .some(all, 4)
      .map((field) => {
        const [alias] = free.splice(random.below(free.length), 1);
        return random.chance(0.8) ? `${alias}: ${field}` : field;
      })
      .join(' ');
  };
  const person = (depth: number): string => {
    const below = depth > 0 ? [`friend ${person(depth - 1)}`] : [];
    return `{ ${fields(['id', 'name', 'liked', '__typename', ...below])} }`;
  };
  const uses = given.includes('$') ? [`mine(as: $${variable})`, `text(in: $${variable})`] : [];
  const inSaid = fields(['id', 'cursor', 'text', 'mine', `by ${person(1)}`, '__typename', ...uses]);
  const inLeft = fields(['cursor', 'why', `who ${person(1)}`]);
  const declared = given.includes('$') ? `($${variable}: String)` : '';
  const query = `subscription ${declared} { ${random.pick(INVENTED_ALIASES)}: events${given} {
    ... on Said { ${inSaid} } ... on Left { ${inLeft} } } }`;
  return { query, variables: given.includes('$') ? { [variable]: 'c3' } : {} };
}

/** As the engine leaves out what clients are not told. */
function withoutInternalNames(
  result: FormattedExecutionResult,
  { rootKey, cursorKey, kindKey }: Resumption,
): FormattedExecutionResult {
  const event = result.data?.[rootKey] as Record<string, unknown> | undefined;
  delete event?.[cursorKey];
  delete event?.[kindKey];
  return result;
}

test('a subscription in parts gives the same as in one, whatever its names are', () => {
  let parted = 0;
  for (let seed = 1; seed <= 600; seed += 1) {
    const random = createRandom(seed);
    const { query, variables } = randomSubscription(random);
    const client = parse(query);
    if (validate(schema, client).length > 0) continue;
    const [asked] = client.definitions as [OperationDefinitionNode];
    const { document, resumption } = makeResumable(client, asked, schema);
    if (!resumption) throw new Error('every event of the schema carries a cursor');
    expect(validate(schema, document), print(document)).toEqual([]);
    // What is asked with the client's variable besides stays as it was.
    const resumed = {
      ...variables,
      ...resumption.initially(variables),
      [resumption.variable]: 'c5',
    };

    const [operation] = document.definitions as [OperationDefinitionNode];
    const parts = splitByViewer(document, operation, schema, {
      ofViewer: viewerFields,
      withheld: undefined,
    });
    if (!parts) throw new Error(`not parted: ${query}`);
    const { neutral, places, personal } = parts;
    expect(validate(schema, neutral), print(neutral)).toEqual([]);

    for (const event of [said, left]) {
      const whole = answer(client, variables, event, 'ada');
      const shared = answer(neutral, resumed, event, null);
      const root = (neutral.definitions[0] as OperationDefinitionNode).selectionSet
        .selections[0] as FieldNode;
      expect(root.alias?.value).toBe(resumption.rootKey);
      const ids = personal && idsToAskFor(shared.data, places);
      const own =
        ids && personal ? answer(parse(personal), { ...resumed, ...ids }, event, 'ada') : null;
      if (own) parted += 1;
      const filled = fillViewerPlaces(shared, own, places);
      const seen = withoutInternalNames(filled, resumption);
      // As text, so that the order of members is compared too.
      expect(`${JSON.stringify(seen)}\n${query}`).toBe(`${JSON.stringify(whole)}\n${query}`);
    }
  }
  expect(parted).toBeGreaterThan(100);
});
