import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DAY_MS, newId } from '@souk/runtime/domain';
import { SUBGRAPHS, seal } from '@souk/runtime/events';
import { createEndedSessions } from '@souk/runtime/identity';
import { replaceStores } from '@souk/runtime/persistence';
import { mailedCode, sql, until } from '@souk/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { users } from '../src/app.ts';
import { removeAbandoned } from '../src/maintenance/remove-abandoned-uploads.ts';
import { removeOldExports } from '../src/maintenance/remove-old-exports.ts';
import { bytesOf } from '../src/media/file-store.ts';
import { fileKey } from '../src/media/media-links.ts';
import { eraseDueAccounts } from '../src/use-cases/erase-account.ts';
import { finishExports } from '../src/use-cases/finish-exports.ts';
import {
  askToRegister,
  login,
  payloadOf,
  person,
  refresh,
  register,
  type StartedUsers,
  someone,
  startUsers,
  viewerOf,
} from './accounts.ts';
import { eventsOf } from './database.ts';

let graph: StartedUsers;
let opened: Awaited<ReturnType<typeof users.open>>;
beforeAll(async () => {
  graph = await startUsers();
  opened = await users.open(graph.deps);
});
afterAll(async () => {
  await opened.infrastructure.close();
  await graph[Symbol.asyncDispose]();
});

type Viewer = ReturnType<typeof viewerOf>;
const call = async (field: string, viewer: Viewer) =>
  payloadOf(
    await graph.execute(
      `mutation { ${field} {
        viewer { deletionScheduledFor } errors { __typename ... on UserError { code } }
      } }`,
      {},
      viewer,
    ),
    field,
  );
const typesOf = async (userId: string) =>
  (await eventsOf(graph, userId)).map(({ type, payload }) => payload.change ?? type);
const isFree = async (username: string) =>
  (await graph.ask('query ($u: String!) { usernameAvailable(username: $u) }', { u: username }))
    .usernameAvailable;
const publicFace = async (userId: string) =>
  (await graph.ask('query ($id: ID!) { user(id: $id) { username } }', { id: userId })).user;

/** A file of three bytes, as it is kept for somebody. */
async function keepFile(ownerId: string) {
  const { reads, files, clock, newId } = opened.services;
  const id = newId('med');
  await reads.media.insert({
    ...{ id, ownerId, purpose: 'CHAT_ATTACHMENT', status: 'READY', fileName: 'own.txt' },
    ...{ contentType: 'text/plain', byteSize: 3, sha256: null, altText: 'Own', uploadedAt: null },
    ...{ width: null, height: null, variants: [], blurhash: null, rejectionReason: null },
    createdAt: clock(),
  });
  await files.write(fileKey(id), new Uint8Array(3), 'text/plain');
  return {
    size: () => files.sizeOf(fileKey(id)),
    rows: () => sql(graph, 'SELECT status, file_name, alt_text FROM media WHERE id = $1', [id]),
  };
}

describe('an account that is to be deleted', () => {
  test('stays for fourteen days, and for good when its owner cancels the deletion', async () => {
    const { viewer } = await someone(graph, 'ada');
    const { viewer: answer, errors } = await call('deleteAccount', viewer);
    expect(errors).toEqual([]);
    const due = Date.parse(answer.deletionScheduledFor);
    expect(due - graph.deps.clock().getTime()).toBeGreaterThan(13.9 * DAY_MS);
    expect((await call('deleteAccount', viewer)).viewer).toEqual(answer);
    expect(await call('cancelAccountDeletion', viewer)).toEqual({
      ...{ viewer: { deletionScheduledFor: null }, errors: [] },
    });
    expect((await call('cancelAccountDeletion', viewer)).errors).toEqual([
      { __typename: 'ConflictError', code: 'DELETION_NOT_SCHEDULED' },
    ]);
    expect((await typesOf(viewer.userId)).slice(-2)).toEqual([
      'DELETION_SCHEDULED',
      'DELETION_CANCELLED',
    ]);
  });

  test('asks for a proof that is no older than ten minutes; one that is suspended may go', async () => {
    const { viewer } = await someone(graph, 'bo');
    graph.pass(11 * 60_000);
    expect((await call('deleteAccount', viewer)).errors).toMatchObject([
      { __typename: 'ReauthenticationRequiredError' },
    ]);
    const again = viewerOf(await login(graph, { login: 'bo' }));
    expect((await call('deleteAccount', { ...again, suspended: true })).errors).toEqual([]);
  });
});

describe('when the time has come', () => {
  test('nothing about the person is left, it is announced, and the names are not free at once', async () => {
    const { viewer, tokens } = await someone(graph, 'cleo', { displayName: 'Cleo M.' });
    const id = viewer.userId;
    await graph.execute(
      `mutation { createAddress(input: { postal: {
         name: "Cleo M.", line1: "Main St 1", city: "Lund", postalCode: "22100", country: "SE"
       } }) { errors { __typename } } }`,
      {},
      viewer,
    );
    const key = `mutation { createApiKey(input: { name: "a bot", scopes: [ROOMS_READ], idempotencyKey: "5f9c3c36-52a5-4b0c-9d0c-6d0f6f2f6a12" }) { apiKey { id } } }`;
    const { apiKey } = (await graph.ask(key, {}, viewer)).createApiKey;
    await call('deleteAccount', viewer);
    expect(await opened.services.reads.accounts.dueForErasure(graph.deps.clock(), 10)).toEqual([]);
    graph.pass(14 * DAY_MS + 1_000);
    expect(await eraseDueAccounts(opened.services)).toBeGreaterThan(0);
    expect(await eraseDueAccounts(opened.services)).toBe(0);

    // What is open in the name of a key ends as what is open in that of a session.
    const list = createEndedSessions(graph.backplane.cache);
    for (const ended of [viewer.sessionId, apiKey.id])
      expect(await list.stateOf(ended), ended).toBe('ended');
    expect(await publicFace(id)).toBeNull();
    expect((await refresh(graph, tokens.refreshToken)).errors).toHaveLength(1);
    expect((await login(graph, { login: 'cleo' })).errors).toMatchObject([
      { __typename: 'InvalidCredentialsError' },
    ]);
    const tables = ['account', 'session', 'address', 'challenge', 'media'];
    for (const table of tables) {
      const rows = await sql(graph, `SELECT to_jsonb(t)::text AS row FROM ${table} t`);
      expect(JSON.stringify(rows), table).not.toMatch(/cleo/i);
    }
    expect((await typesOf(id)).at(-1)).toBe('users.UserErased');
    expect((await eventsOf(graph, id)).map(({ payload }) => payload.reason)).toContain(
      'ACCOUNT_DELETED',
    );

    expect(await isFree('cleo')).toBe(false);
    const wish = await register(graph, person('cleo', { email: 'another@example.com' }));
    expect(wish.errors).toMatchObject([{ __typename: 'UsernameTakenError' }]);
    // The address is answered as every other is, and no code goes there.
    const again = person('cleo_again', { email: 'cleo@example.com' });
    const asked = await askToRegister(graph, again);
    expect({ errors: asked.errors, challenge: typeof asked.challenge?.challengeId }).toEqual({
      ...{ errors: [], challenge: 'string' },
    });
    expect(await mailedCode(graph, 'cleo@example.com')).toBeNull();
    graph.pass(91 * DAY_MS);
    await sql(graph, 'DELETE FROM retired_name WHERE until < $1', [graph.deps.clock()]);
    expect(await isFree('cleo')).toBe(true);
    expect((await register(graph, again)).errors).toEqual([]);
  });

  test('an account whose deletion was cancelled meanwhile stays', async () => {
    const { viewer } = await someone(graph, 'dara');
    await call('deleteAccount', viewer);
    graph.pass(15 * DAY_MS);
    const [ids, due] = [[viewer.userId], opened.services.reads.accounts.dueForErasure];
    expect(await due(graph.deps.clock(), 10)).toContain(viewer.userId);
    const file = await keepFile(viewer.userId);
    await call('cancelAccountDeletion', viewerOf(await login(graph, { login: 'dara' })));
    // A round that had found the account before.
    const late = { ...opened.services.reads.accounts, dueForErasure: async () => ids };
    const reads = replaceStores(opened.services.reads, { accounts: late });
    await eraseDueAccounts({ ...opened.services, reads });
    expect(await publicFace(viewer.userId)).toEqual({ username: 'dara' });
    expect(await file.size()).toBe(3);
  });

  test('its files go with it, later where they could not be removed at once', async () => {
    const { viewer } = await someone(graph, 'enid');
    const file = await keepFile(viewer.userId);
    await call('deleteAccount', viewer);
    graph.pass(15 * DAY_MS);
    const away = () => Promise.reject(new Error('The disk is away.'));
    const failing = { ...opened.services, files: { ...opened.services.files, removeAll: away } };
    await expect(eraseDueAccounts(failing)).rejects.toThrow('1 of 1 could not be done.');
    expect(await publicFace(viewer.userId)).toBeNull();
    expect(await file.rows()).toEqual([{ status: 'REJECTED', file_name: '', alt_text: null }]);
    const { files, clock, reads } = opened.services;
    await removeAbandoned({ media: reads.media, files, clock });
    expect(await file.rows()).toEqual([]);
    expect(await file.size()).toBeNull();
  });
});

describe("an export of a person's data", () => {
  const EXPORT = `mutation { exportAccount {
    export { id status progress media { id } } errors { __typename ... on UserError { code } }
  } }`;
  const asked = async (viewer: Viewer) =>
    payloadOf(await graph.execute(EXPORT, {}, viewer), 'exportAccount');
  const exportsOf = async (viewer: Viewer) => {
    const query = `{ viewer { exports { edges { node { id status media { contentType owner { id } } } } } } }`;
    const { edges } = (await graph.ask(query, {}, viewer)).viewer.exports;
    return edges.map(({ node }: { node: object }) => node);
  };

  /** Keeps parts of an export as if subgraphs had answered, each twice. */
  const answersTo = async (id: string) => {
    const asked = `SELECT payload->>'publicKey' AS key FROM event_record
      WHERE type = 'users.AccountExportRequested' AND payload->>'exportId' = $1`;
    const [{ key }] = (await sql<{ key: string }>(graph, asked, [id])) as [{ key: string }];
    return async (subgraph: string, part: number, isLast: boolean, rows: object[]) => {
      const sealed = seal(key, JSON.stringify({ table: 'things', rows }));
      const { exports } = opened.services.reads;
      for (const _ of [1, 2]) await exports.keep(id, { subgraph, part, isLast, sealed });
    };
  };

  test('is made once a day, however often it is requested at once', async () => {
    const { viewer } = await someone(graph, 'kim');
    const answers = await Promise.all(Array.from({ length: 10 }, () => asked(viewer)));
    const begun = answers.filter(({ errors }) => errors.length === 0);
    expect(begun).toHaveLength(1);
    expect(begun[0].export).toMatchObject({ status: 'RUNNING', progress: 0, media: null });
    const codes = answers.flatMap(({ errors }) => errors.map(({ code }: { code: string }) => code));
    expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED']));
    expect(await exportsOf(viewer)).toHaveLength(1);
  });

  test('needs a proof of the last ten minutes', async () => {
    const { viewer } = await someone(graph, 'lou');
    await sql(
      graph,
      `UPDATE session SET authenticated_at = now() - interval '11 minutes' WHERE id = $1`,
      [viewer.sessionId],
    );
    expect((await asked(viewer)).errors).toEqual([
      { __typename: 'ReauthenticationRequiredError', code: 'REAUTHENTICATION_REQUIRED' },
    ]);
  });

  test('is there when every subgraph has sent its last part, and its key and parts are gone then', async () => {
    const [{ viewer }, { viewer: other }] = [
      await someone(graph, 'max'),
      await someone(graph, 'nil'),
    ];
    const { id } = (await asked(viewer)).export;
    const gathered = await answersTo(id);
    await gathered('chat', 0, false, [{ said: 'Tea' }]);
    for (const name of SUBGRAPHS)
      await gathered(name, 1, true, name === 'chat' ? [{ said: 'Cake' }] : []);
    const { files } = opened.services;
    const own = newId('med');
    await files.write(`${own}/file`, Buffer.from('As I wrote it.'), 'text/plain');
    await sql(
      graph,
      `INSERT INTO media (id, owner_id, purpose, status, storage_key, file_name, content_type, byte_size, created_at)
       VALUES ($1, $2, 'CHAT_ATTACHMENT', 'READY', $1, 'note.txt', 'text/plain', 14, now())`,
      [own, viewer.userId],
    );
    await finishExports(opened.services);
    const [{ media_id: zip } = { media_id: '' }] = await sql<{ media_id: string }>(
      graph,
      'SELECT media_id FROM account_export WHERE id = $1',
      [id],
    );
    const kept = await files.read(`${zip}/file`);
    const archive = kept && (await bytesOf(kept));
    // What somebody uploaded is in it as it is kept.
    for (const part of [`files/${own}.txt`, 'As I wrote it.', 'chat/', 'README.txt'])
      expect(archive?.includes(part), part).toBe(true);
    expect(archive?.length).toBe(kept?.size);

    expect(await exportsOf(viewer)).toEqual([
      {
        ...{ id, status: 'SUCCEEDED' },
        media: { contentType: 'application/zip', owner: { id: viewer.userId } },
      },
    ]);
    const left = `SELECT (SELECT count(*)::int FROM account_export_part) AS parts,
      (SELECT count(*)::int FROM account_export WHERE private_key IS NOT NULL AND id = $1) AS keys`;
    expect(await sql(graph, left, [id])).toEqual([{ parts: 0, keys: 0 }]);
    const found = `query ($id: ID!) { _entities(representations: [{ __typename: "AccountExport", id: $id }]) {
      __typename ... on AccountExport { media { id } } } }`;
    expect((await graph.ask(found, { id }, other))._entities).toEqual([null]);
    const [file] = (await graph.ask(found, { id }, viewer))._entities;
    const seen =
      'query ($id: ID!) { _entities(representations: [{ __typename: "Media", id: $id }]) { __typename } }';
    expect((await graph.ask(seen, { id: file.media.id }, other))._entities).toEqual([null]);

    // What comes later finds nothing to belong to, and a week later the file is gone.
    await gathered('orders', 2, false, [{}]);
    expect(await sql(graph, left, [id])).toEqual([{ parts: 0, keys: 0 }]);
    await sql(graph, 'UPDATE account_export SET expires_at = now() WHERE id = $1', [id]);
    const { exports, media } = opened.services.reads;
    const deps = { ...opened.services, exports, media };
    await until(async () => (await removeOldExports(deps)) > 0);
    expect(await exportsOf(viewer)).toEqual([{ id, status: 'SUCCEEDED', media: null }]);
  });

  test('that cannot be kept leaves no file behind, and is tried again', async () => {
    const { viewer } = await someone(graph, 'pia');
    const { id } = (await asked(viewer)).export;
    const gathered = await answersTo(id);
    for (const name of SUBGRAPHS) await gathered(name, 0, true, []);
    const full = () => Promise.reject(new Error('The disk is full.'));
    const failing = { ...opened.services, files: { ...opened.services.files, take: full } };
    for (const _ of [1, 2]) await finishExports(failing);
    expect(await exportsOf(viewer)).toEqual([{ id, status: 'RUNNING', media: null }]);
    const files = 'SELECT id FROM media WHERE owner_id = $1';
    expect(await sql(graph, files, [viewer.userId])).toEqual([]);
    await finishExports(opened.services);
    expect(await exportsOf(viewer)).toMatchObject([{ id, status: 'SUCCEEDED' }]);
  });

  test('with an unreadable file is tried again, and ends no process', async () => {
    const { viewer } = await someone(graph, 'rea');
    const { id } = (await asked(viewer)).export;
    const gathered = await answersTo(id);
    for (const name of SUBGRAPHS) await gathered(name, 0, true, []);
    const { files } = opened.services;
    const own = newId('med');
    await files.write(`${own}/file`, Buffer.from('note'), 'text/plain');
    await sql(
      graph,
      `INSERT INTO media (id, owner_id, purpose, status, storage_key, file_name, content_type, byte_size, created_at)
       VALUES ($1, $2, 'CHAT_ATTACHMENT', 'READY', $1, 'note.txt', 'text/plain', 4, now())`,
      [own, viewer.userId],
    );
    const broken = new Error('The disk is broken.');
    async function* breaking() {
      yield Buffer.from('no');
      throw broken;
    }
    for (const read of [
      () => Promise.reject(broken),
      async () => ({ body: Readable.from(breaking()), size: 4 }),
    ]) {
      await finishExports({ ...opened.services, files: { ...files, read } });
      expect(await exportsOf(viewer)).toEqual([{ id, status: 'RUNNING', media: null }]);
    }
    const left = join(tmpdir(), 'souk-export-left');
    mkdirSync(left, { recursive: true });
    utimesSync(left, 0, 0);
    await finishExports(opened.services);
    expect(await exportsOf(viewer)).toMatchObject([{ id, status: 'SUCCEEDED' }]);
    expect(existsSync(left)).toBe(false);
  });

  test('that is larger than a file may be fails at once, not in each round of a day', async () => {
    const { viewer } = await someone(graph, 'quin');
    const { id } = (await asked(viewer)).export;
    const gathered = await answersTo(id);
    for (const name of SUBGRAPHS) await gathered(name, 0, true, []);
    expect(await finishExports(opened.services, 100)).toBe(1);
    expect(await exportsOf(viewer)).toEqual([{ id, status: 'FAILED', media: null }]);
    expect(await finishExports(opened.services, 100)).toBe(0);
  });

  test('fails when a subgraph says nothing for a day, and may be asked for again', async () => {
    const { viewer } = await someone(graph, 'oda');
    const { id } = (await asked(viewer)).export;
    await sql(
      graph,
      `UPDATE account_export SET created_at = now() - interval '25 hours' WHERE id = $1`,
      [id],
    );
    await finishExports(opened.services);
    expect(await exportsOf(viewer)).toEqual([{ id, status: 'FAILED', media: null }]);
    expect((await asked(viewer)).errors).toEqual([]);
  });
});
