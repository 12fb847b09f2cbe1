import { randomUUID } from 'node:crypto';
import { sql } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { payloadOf, type StartedUsers, someone, startUsers, type viewerOf } from './accounts.ts';

let graph: StartedUsers;
beforeAll(async () => {
  graph = await startUsers();
});
afterAll(() => graph[Symbol.asyncDispose]());

type Viewer = ReturnType<typeof viewerOf>;
const ADDRESS =
  'address { id postal { line1 postalCode country } isDefaultShipping isDefaultBilling }';
const ERRORS = 'errors { __typename ... on UserError { code path } }';
const CREATE = `mutation ($input: AddressFieldsInput!, $key: UUID) {
  createAddress(input: $input, idempotencyKey: $key) { ${ADDRESS} replayed ${ERRORS} }
}`;
const UPDATE = `mutation ($id: ID!, $input: AddressFieldsInput!) {
  updateAddress(addressId: $id, input: $input) { ${ADDRESS} ${ERRORS} }
}`;
const DELETE = `mutation ($id: ID!) { deleteAddress(addressId: $id) { deletedId ${ERRORS} } }`;
const BOOK = `query ($first: Int, $after: String) {
  viewer { addresses(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { id postal { line1 } isDefaultShipping isDefaultBilling } }
  } }
}`;

const postal = (line1: string, given = {}) => ({
  ...{ name: 'Bo', line1, city: 'Lund', postalCode: '221 00', country: 'SE' },
  ...given,
});
const create = async (viewer: Viewer, input: Record<string, unknown>, key?: string) =>
  payloadOf(await graph.execute(CREATE, { input, key }, viewer), 'createAddress');
const update = async (viewer: Viewer, id: string, input: Record<string, unknown>) =>
  payloadOf(await graph.execute(UPDATE, { id, input }, viewer), 'updateAddress');
const bookOf = async (viewer: Viewer, page = {}) =>
  (await graph.ask(BOOK, page, viewer)).viewer.addresses;
const defaultsIn = async (viewer: Viewer, field: string) =>
  (await bookOf(viewer)).edges
    .filter(({ node }: { node: Record<string, unknown> }) => node[field])
    .map(({ node }: { node: { postal: { line1: string } } }) => node.postal.line1);

describe('an address book', () => {
  test('takes addresses, the first as the default for both, and shows the newest first', async () => {
    const { viewer } = await someone(graph, 'ada');
    const first = await create(viewer, { postal: postal('First 1') });
    expect(first).toEqual({
      address: {
        id: expect.stringMatching(/^adr_/),
        postal: { line1: 'First 1', postalCode: '221 00', country: 'SE' },
        ...{ isDefaultShipping: true, isDefaultBilling: true },
      },
      ...{ replayed: false, errors: [] },
    });
    await create(viewer, { postal: postal('Second 2'), isDefaultShipping: true });
    expect(await defaultsIn(viewer, 'isDefaultShipping')).toEqual(['Second 2']);
    expect(await defaultsIn(viewer, 'isDefaultBilling')).toEqual(['First 1']);
    const page = await bookOf(viewer, { first: 1 });
    expect(page).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true } });
    const rest = await bookOf(viewer, { first: 5, after: page.pageInfo.endCursor });
    expect(rest.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([
      first.address.id,
    ]);
  });

  test('changes an address as a whole; a default that is not named stays', async () => {
    const { viewer } = await someone(graph, 'bo');
    const { address } = await create(viewer, { postal: postal('Old 1', { line2: 'left' }) });
    const changed = await update(viewer, address.id, { postal: postal('New 1') });
    expect(changed).toMatchObject({
      address: { postal: { line1: 'New 1' }, isDefaultShipping: true },
      errors: [],
    });
    await update(viewer, address.id, { postal: postal('New 1'), isDefaultBilling: false });
    expect(await defaultsIn(viewer, 'isDefaultBilling')).toEqual([]);
    expect(await defaultsIn(viewer, 'isDefaultShipping')).toEqual(['New 1']);
  });

  test('is its owner’s alone: to others its addresses do not exist', async () => {
    const { viewer } = await someone(graph, 'cleo');
    const { viewer: mallory } = await someone(graph, 'mallory');
    const { address } = await create(viewer, { postal: postal('Home 1') });
    const nothing = { __typename: 'NotFoundError', code: 'ADDRESS_NOT_FOUND', path: ['addressId'] };
    expect((await update(mallory, address.id, { postal: postal('Mine') })).errors).toEqual([
      nothing,
    ]);
    const deleted = async (by: Viewer) =>
      (await graph.ask(DELETE, { id: address.id }, by)).deleteAddress;
    expect(await deleted(mallory)).toEqual({ deletedId: null, errors: [nothing] });
    const entity = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }`;
    const asked = { r: [{ __typename: 'Address', id: address.id }] };
    expect((await graph.ask(entity, asked, mallory))._entities).toEqual([null]);
    expect(await deleted(viewer)).toEqual({ deletedId: address.id, errors: [] });
    expect(await deleted(viewer)).toEqual({ deletedId: null, errors: [nothing] });
  });

  test('refuses an undeliverable address, with all its mistakes at once', async () => {
    const { viewer } = await someone(graph, 'dara');
    const wrong = postal('\u200b', { postalCode: '1234567', city: 'x'.repeat(101) });
    const paths = ['line1', 'city', 'postalCode'].map((field) => ['input', 'postal', field]);
    const { errors } = await create(viewer, { postal: wrong });
    expect(errors.map(({ path }: { path: string[] }) => path)).toEqual(paths);
    const country = await create(viewer, { postal: postal('A 1', { country: 'Sweden' }) });
    expect(country.errors).toMatchObject([{ path: ['input', 'postal', 'country'] }]);
  });

  test('makes one address of one key', async () => {
    const { viewer } = await someone(graph, 'eli');
    const key = randomUUID();
    const first = await create(viewer, { postal: postal('Once 1') }, key);
    expect(await create(viewer, { postal: postal('Once 1') }, key)).toEqual({
      ...first,
      replayed: true,
    });
    expect((await create(viewer, { postal: postal('Twice 1') }, key)).errors).toMatchObject([
      { __typename: 'IdempotencyMismatchError', path: ['idempotencyKey'] },
    ]);
  });

  test('has one default and at most fifty addresses, however many are added at once', async () => {
    const { viewer } = await someone(graph, 'fay');
    await sql(
      graph,
      `INSERT INTO address (id, account_id, name, line1, city, country, created_at)
       SELECT 'adr_' || n, $1, 'F', 'Row ' || n, 'Lund', 'SE', now() FROM generate_series(1, 45) n`,
      [viewer.userId],
    );
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        create(viewer, { postal: postal(`Race ${n}`), isDefaultShipping: true }),
      ),
    );
    const refused = answers.filter(({ errors }) => errors.length > 0);
    expect(refused.map(({ errors }) => errors[0].code)).toEqual(
      Array.from({ length: 3 }, () => 'ADDRESS_BOOK_FULL'),
    );
    const [{ count }] = (await sql(
      graph,
      'SELECT count(*)::int AS count FROM address WHERE account_id = $1 AND is_default_shipping',
      [viewer.userId],
    )) as [{ count: number }];
    expect(count).toBe(1);
  });
});
