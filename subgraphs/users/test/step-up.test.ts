import { readFileSync } from 'node:fs';
import { sql } from '@souk/testkit';
import { type DocumentNode, Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { login, type StartedUsers, someone, startUsers, viewerOf } from './accounts.ts';

// Which mutations ask for a proof of the last ten minutes, and why the others do not, is written beside the schema.

const fileBeside = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const { asksForRecentProof, goesOnWithout } = JSON.parse(fileBeside('step-up.json')) as {
  asksForRecentProof: Record<string, { ask: string; withProof: string }>;
  goesOnWithout: Record<string, string[]>;
};
const schema: DocumentNode = parse(fileBeside('schema.graphql'));
const mutations = schema.definitions.flatMap((type) =>
  type.kind === Kind.OBJECT_TYPE_DEFINITION && type.name.value === 'Mutation'
    ? (type.fields ?? []).map(({ name }) => name.value)
    : [],
);
/** The members of the union of a mutation's failures. */
const failuresOf = (mutation: string) => {
  const union = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Error`;
  return schema.definitions.flatMap((type) =>
    type.kind === Kind.UNION_TYPE_DEFINITION && type.name.value === union
      ? (type.types ?? []).map(({ name }) => name.value)
      : [],
  );
};

test('every mutation is said to ask for a recent proof, or why it does not', () => {
  const said = [...Object.keys(asksForRecentProof), ...Object.values(goesOnWithout).flat()];
  expect(said.sort()).toEqual(mutations.sort());
});

test.each(Object.values(goesOnWithout).flat())('%s does not promise to ask', (mutation) => {
  expect(failuresOf(mutation)).not.toContain('ReauthenticationRequiredError');
});

describe('an authentication of long ago', () => {
  let graph: StartedUsers;
  beforeAll(async () => {
    graph = await startUsers();
  });
  afterAll(() => graph[Symbol.asyncDispose]());

  const errorsOf = async (ask: string, name: string, viewer: ReturnType<typeof viewerOf>) => {
    const operation = `mutation { ${ask} { errors {
      __typename ... on UserError { code } ... on ReauthenticationRequiredError { methods } } } }`;
    return (await graph.ask(operation, {}, viewer))[name].errors;
  };

  test.each(Object.entries(asksForRecentProof))(
    'is asked anew by %s, which then goes on',
    async (name, { ask, withProof }) => {
      expect(failuresOf(name)).toContain('ReauthenticationRequiredError');
      const username = name.toLowerCase().slice(0, 24);
      const { viewer } = await someone(graph, `${username}_a`);
      const other = await someone(graph, `${username}_b`);
      // Another admin stays, whatever becomes of this one.
      await sql(graph, "UPDATE account SET roles = '{CUSTOMER,ADMIN}' WHERE id = ANY($1)", [
        [viewer.userId, other.viewer.userId],
      ]);
      const admin = viewerOf(await login(graph, { login: `${username}_a` }));
      const asked = ask.replaceAll('$other', other.viewer.userId);
      const events = () => sql(graph, 'SELECT count(*)::int AS n FROM event_record');

      graph.pass(601_000);
      const before = await events();
      expect(await errorsOf(asked, name, admin)).toEqual([
        {
          __typename: 'ReauthenticationRequiredError',
          code: 'REAUTHENTICATION_REQUIRED',
          methods: expect.arrayContaining(['PASSWORD']),
        },
      ]);
      expect(await events()).toEqual(before);

      const again = viewerOf(await login(graph, { login: `${username}_a` }));
      const codes = (await errorsOf(asked, name, again)).map(({ code }: { code: string }) => code);
      expect(codes).toEqual(withProof === 'done' ? [] : [withProof]);
    },
  );
});
