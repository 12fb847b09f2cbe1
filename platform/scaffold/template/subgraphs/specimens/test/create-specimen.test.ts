import { randomUUID } from 'node:crypto';
import { as, type StartedSubgraph } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSpecimens, write } from './specimens.ts';

let graph: StartedSubgraph;
beforeAll(async () => {
  graph = await startSpecimens();
});
afterAll(() => graph[Symbol.asyncDispose]());

test('everybody can read what somebody wrote, with its author', async () => {
  const { specimen, errors } = await write(graph, { text: 'Well made.' });
  expect(errors).toEqual([]);
  const data = await graph.ask('query ($id: ID!) { specimen(id: $id) { id text author { id } } }', {
    id: specimen.id,
  });
  expect(data.specimen).toEqual({
    id: specimen.id,
    text: 'Well made.',
    author: { id: as('ada').userId },
  });
});

test('the newest come first, page by page', async () => {
  for (const text of ['one', 'two', 'three']) await write(graph, { text });
  const list = `query ($after: String) { specimens(first: 2, after: $after) {
    edges { node { text } } pageInfo { hasNextPage endCursor } } }`;
  const textsOf = ({ edges }: { edges: { node: { text: string } }[] }) =>
    edges.map(({ node }) => node.text);
  const first = await graph.ask(list);
  expect(textsOf(first.specimens)).toEqual(['three', 'two']);
  const { hasNextPage, endCursor } = first.specimens.pageInfo;
  expect(hasNextPage).toBe(true);
  const second = await graph.ask(list, { after: endCursor });
  expect(textsOf(second.specimens)[0]).toBe('one');
});

test('ten requests at once with one idempotency key write once', async () => {
  const input = { text: 'Once only.', idempotencyKey: randomUUID() };
  const answers = await Promise.all(Array.from({ length: 10 }, () => write(graph, input)));
  expect(new Set(answers.map(({ specimen }) => specimen?.id)).size).toBe(1);
  expect(await write(graph, { ...input, text: 'Another.' })).toMatchObject({
    specimen: null,
    errors: [{ __typename: 'IdempotencyMismatchError', code: 'IDEMPOTENCY_KEY_REUSED' }],
  });
});

test('nobody writes without signing in, and nobody writes nothing', async () => {
  const answer = await write(graph, { text: 'Psst' }, null);
  expect(answer.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  expect(await write(graph, { text: 'x'.repeat(1_001) })).toMatchObject({
    specimen: null,
    errors: [{ __typename: 'ValidationError', path: ['input', 'text'] }],
  });
});

test('whoever follows an author hears of what they write', async () => {
  const authorId = as('bo').userId;
  await using events = await graph.subscribe(
    `subscription ($authorId: ID!) { specimenEvents(authorId: $authorId) {
      __typename ... on SpecimenCreated { specimen { text } } } }`,
    { authorId },
    as('ada'),
  );
  await events.atLeast(1);
  await write(graph, { text: 'Not by Bo.' });
  await write(graph, { text: 'By Bo.' }, as('bo'));
  const [caughtUp, created] = await events.atLeast(2);
  expect(caughtUp?.data.specimenEvents).toEqual({ __typename: 'CaughtUp' });
  expect(created?.data.specimenEvents).toEqual({
    __typename: 'SpecimenCreated',
    specimen: { text: 'By Bo.' },
  });
});
