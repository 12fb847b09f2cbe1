import { expect, test } from 'vitest';
import { startToy } from './support/start-toy.ts';
import { ADA, BO } from './support/toy-shop.ts';

test('a query is answered as JSON with a request id', async () => {
  await using toy = await startToy();
  const answer = await toy.post(
    'query($id: ID!) { user(id: $id) { name } }',
    { id: ADA },
    { 'x-request-id': 'abc-1' },
  );
  expect(answer).toMatchObject({ status: 200, body: { data: { user: { name: 'Ada' } } } });
  expect(answer.headers.get('content-type')).toMatch('application/json');
  expect(answer.headers.get('x-request-id')).toBe('abc-1');
});

test('a request id that could not be logged as it is gets replaced', async () => {
  await using toy = await startToy();
  const answer = await toy.post('{ __typename }', {}, { 'x-request-id': 'a b"c' });
  expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
});

test('the viewer of the token reaches the subgraph', async () => {
  await using toy = await startToy();
  expect((await toy.post('{ whoAsks }')).body).toEqual({ data: { whoAsks: 'nobody' } });
  const authorization = `Bearer ${await toy.token(BO)}`;
  expect((await toy.post('{ whoAsks me { name } }', {}, { authorization })).body).toEqual({
    data: { whoAsks: BO, me: { name: 'Bo' } },
  });
});

test('a private field without a token is null with a coded error, the rest is answered', async () => {
  await using toy = await startToy();
  const { status, body } = await toy.post(`{ me { name } user(id: "${ADA}") { name email } }`);
  expect(status).toBe(200);
  expect(body.data).toEqual({ me: null, user: { name: 'Ada', email: null } });
  expect(body.errors).toEqual([
    { message: 'Sign in to read this.', path: ['me'], extensions: { code: 'UNAUTHENTICATED' } },
    {
      message: 'Sign in to read this.',
      path: ['user', 'email'],
      extensions: { code: 'UNAUTHENTICATED' },
    },
  ]);
  expect(toy.toy.asked.map(({ query }) => query).join()).not.toMatch(/(?<!_)email/);
});

test('a refused field that may not be null takes its parent with it', async () => {
  await using toy = await startToy();
  const authorization = `Bearer ${await toy.token(ADA)}`;
  const { body } = await toy.post(
    `{ user(id: "${ADA}") { name friends { salary } } }`,
    {},
    { authorization },
  );
  expect(body.data).toEqual({ user: null });
  expect(body.errors[0]).toMatchObject({
    path: ['user', 'friends', 0, 'salary'],
    extensions: { code: 'FORBIDDEN' },
  });
});

test('a viewer with the scope reads what others may not', async () => {
  await using toy = await startToy();
  const authorization = `Bearer ${await toy.token(ADA, { roles: ['SUPPORT'] })}`;
  const { body } = await toy.post(`{ user(id: "${ADA}") { salary } }`, {}, { authorization });
  expect(body).toEqual({ data: { user: { salary: 100 } } });
});

test('a mutation is answered', async () => {
  await using toy = await startToy();
  const authorization = `Bearer ${await toy.token(ADA)}`;
  const { body } = await toy.post(
    `mutation { rename(id: "${ADA}", name: "Ada L.") { name } }`,
    {},
    { authorization },
  );
  expect(body).toEqual({ data: { rename: { name: 'Ada L.' } } });
});

test('a failing subgraph field is null and reveals no internal details', async () => {
  await using toy = await startToy();
  const { body } = await toy.post('{ broken whoAsks }');
  expect(body.data).toEqual({ broken: null, whoAsks: 'nobody' });
  expect(body.errors[0]).toMatchObject({
    path: ['broken'],
    extensions: { code: 'SUBGRAPH_ERROR' },
  });
  expect(JSON.stringify(body)).not.toMatch(/10\.0\.0\.1|secret|stack/);
});

test('a subgraph that does not answer in time is an error at its place', async () => {
  await using toy = await startToy({ httpLimits: { requestTimeoutMs: 300 } });
  const started = Date.now();
  const { status, body } = await toy.post('{ slow(ms: 30000) }');
  expect(Date.now() - started).toBeLessThan(15_000);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    data: { slow: null },
    errors: [{ path: ['slow'], extensions: { code: 'SUBGRAPH_TIMEOUT' } }],
  });
});

test('liveness and readiness answer, and readiness fails while draining', async () => {
  let draining = false;
  await using toy = await startToy({ draining: () => draining });
  expect(await toy.send({}, '/livez')).toMatchObject({ status: 200, body: { status: 'alive' } });
  expect(await toy.send({}, '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
  draining = true;
  expect(await toy.send({}, '/readyz')).toMatchObject({
    status: 503,
    body: { status: 'draining' },
  });
});
