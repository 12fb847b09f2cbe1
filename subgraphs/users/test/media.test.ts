import { createHash, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { type ServedRoutes, serveRoutes, sql, until } from '@souk/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { users } from '../src/app.ts';
import {
  removeAbandoned,
  removeLeftOriginals,
} from '../src/maintenance/remove-abandoned-uploads.ts';
import { originalKey, variantKey } from '../src/media/media-links.ts';
import { completeUpload } from '../src/use-cases/complete-upload.ts';
import { deleteMedia } from '../src/use-cases/delete-media.ts';
import { payloadOf, type StartedUsers, someone, startUsers, type viewerOf } from './accounts.ts';
import { eventsOf } from './database.ts';

let graph: StartedUsers;
let served: ServedRoutes;
let address = '';
beforeAll(async () => {
  graph = await startUsers({ mediaUrl: () => address });
  served = await serveRoutes(() => graph.subgraph);
  address = served.url;
});
afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await graph[Symbol.asyncDispose]();
});

type Viewer = ReturnType<typeof viewerOf>;
const MEDIA = `id status contentType byteSize width height blurhash fileName rejectionReason
  small: url(width: 10) large: url urlExpiresAt`;
const CREATE = `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  replayed ticket { uploadUrl method headers { name value } media { ${MEDIA} } }
  errors { __typename ... on UserError { code path } }
} }`;
const COMPLETE = `mutation ($id: ID!) { completeUpload(mediaId: $id) {
  media { ${MEDIA} } errors { __typename ... on UserError { code message path } }
} }`;
const DELETE = `mutation ($id: ID!) { deleteMedia(mediaId: $id) {
  deletedId viewer { user { avatar { id } } } errors { ... on UserError { code } }
} }`;
const ENTITY = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Media { ${MEDIA} } } }`;
const AVATAR = `mutation ($id: ID) { updateProfile(input: { avatarMediaId: $id }) {
  user { avatar { id } } errors { __typename ... on UserError { code path } }
} }`;

const png = (width = 300, height = 300) =>
  sharp({ create: { width, height, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();

const begin = async (viewer: Viewer, bytes: Buffer, given: Record<string, unknown> = {}) => {
  const input = {
    ...{ fileName: 'me.png', contentType: 'image/png', purpose: 'AVATAR' },
    ...{ byteSize: bytes.length, ...given },
  };
  return payloadOf(await graph.execute(CREATE, { input }, viewer), 'createUpload');
};
const send = (url: string, bytes: Buffer, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': 'image/png', ...headers },
  });
const complete = async (viewer: Viewer, id: string) =>
  payloadOf(await graph.execute(COMPLETE, { id }, viewer), 'completeUpload');
const uploaded = async (viewer: Viewer, bytes: Buffer, given: Record<string, unknown> = {}) => {
  const { ticket } = await begin(viewer, bytes, given);
  const type = String(given.contentType ?? 'image/png');
  expect((await send(ticket.uploadUrl, bytes, { 'content-type': type })).status).toBe(204);
  return complete(viewer, ticket.media.id);
};
const seenBy = async (viewer: Viewer | null, id: string) =>
  (await graph.ask(ENTITY, { r: [{ __typename: 'Media', id }] }, viewer))._entities[0];

describe('an upload', () => {
  test('is promised, sent, looked at, and becomes an avatar in several widths', async () => {
    const { viewer } = await someone(graph, 'ada');
    const bytes = await png();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { ticket } = await begin(viewer, bytes, { sha256 });
    expect(ticket).toMatchObject({
      method: 'PUT',
      headers: [{ name: 'content-type', value: 'image/png' }],
      media: { status: 'PENDING', large: null },
    });
    expect((await send(ticket.uploadUrl, bytes)).status).toBe(204);
    const { media, errors } = await complete(viewer, ticket.media.id);
    expect(errors).toEqual([]);
    expect(media).toMatchObject({
      ...{ status: 'READY', contentType: 'image/webp', width: 300, height: 300 },
      ...{ blurhash: expect.any(String), rejectionReason: null },
    });
    expect(await complete(viewer, media.id)).toEqual({ media, errors: [] });

    const answer = await fetch(media.small);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/webp',
      'content-disposition': "inline; filename*=UTF-8''image.webp",
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': expect.stringMatching(/^public, max-age=\d+, immutable$/),
    });
    const small = Buffer.from(await answer.arrayBuffer());
    expect(await sharp(small).metadata()).toMatchObject({ width: 64, height: 64 });
    expect(media.large).not.toBe(media.small);

    const changed = await graph.execute(AVATAR, { id: media.id }, viewer);
    expect(changed.data.updateProfile).toEqual({ user: { avatar: { id: media.id } }, errors: [] });
    expect((await eventsOf(graph, viewer.userId)).slice(-2)).toMatchObject([
      { type: 'users.MediaReady', payload: { mediaId: media.id, purpose: 'AVATAR', width: 300 } },
      { type: 'users.ProfileUpdated', payload: { changed: ['avatar'] } },
    ]);
  });

  test('is taken once, also of two that are sent at once', async () => {
    const { viewer } = await someone(graph, 'bo');
    const bytes = await png();
    const { ticket } = await begin(viewer, bytes);
    const answers = await Promise.all([1, 2].map(() => send(ticket.uploadUrl, bytes)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect((await send(ticket.uploadUrl, bytes)).status).toBe(409);
    await complete(viewer, ticket.media.id);
    expect((await send(ticket.uploadUrl, bytes)).status).toBe(404);
  });

  test('is read once for concurrent uploads, and may be sent again after a break', async () => {
    const { viewer } = await someone(graph, 'uma');
    const bytes = await png();
    const { ticket } = await begin(viewer, bytes);
    const headers = { 'content-type': 'image/png', 'content-length': bytes.length };
    const answers: (number | undefined)[] = [];
    const slow = Array.from({ length: 4 }, () => {
      const sending = request(ticket.uploadUrl, { method: 'PUT', headers });
      sending.on('error', () => {});
      sending.on('response', ({ statusCode }) => answers.push(statusCode));
      sending.write(bytes.subarray(0, 10));
      return sending;
    });
    // Nothing of the others is waited for.
    await until(() => answers.length === 3);
    expect(answers).toEqual([409, 409, 409]);
    expect((await complete(viewer, ticket.media.id)).errors).toMatchObject([
      { code: 'UPLOAD_MISSING' },
    ]);
    for (const sending of slow) sending.destroy();
    await until(async () => (await send(ticket.uploadUrl, bytes)).status === 204);
  });

  test('that a process has taken and not kept may be sent again', async () => {
    const { viewer } = await someone(graph, 'vic');
    const bytes = await png();
    const { ticket } = await begin(viewer, bytes);
    const taken = (ago: string) =>
      sql(graph, `UPDATE media SET uploaded_at = now() - $2::interval WHERE id = $1`, [
        ...[ticket.media.id, ago],
      ]);
    await taken('5 seconds');
    expect((await send(ticket.uploadUrl, bytes)).status).toBe(409);
    await taken('5 minutes');
    expect((await send(ticket.uploadUrl, bytes)).status).toBe(204);
    await taken('5 minutes');
    expect((await send(ticket.uploadUrl, bytes)).status).toBe(409);
  });

  test('must have the announced size, type and link', async () => {
    const { viewer } = await someone(graph, 'cleo');
    const bytes = await png();
    const { ticket } = await begin(viewer, bytes);
    const url: string = ticket.uploadUrl;
    const statusOf = async (sent: Promise<Response>) => (await sent).status;
    expect(await statusOf(send(url, bytes.subarray(1)))).toBe(413);
    expect(await statusOf(send(url, bytes, { 'content-type': 'text/html' }))).toBe(415);
    expect(await statusOf(send(`${url.slice(0, -2)}xx`, bytes))).toBe(404);
    expect(await statusOf(fetch(url))).toBe(405);
    expect((await complete(viewer, ticket.media.id)).errors).toMatchObject([
      { __typename: 'ConflictError', code: 'UPLOAD_MISSING' },
    ]);
    graph.pass(16 * 60_000);
    expect(await statusOf(send(url, bytes))).toBe(404);
  });

  test.each([
    ['a page that is called an image', Buffer.from('<html><script>x</script>'), {}],
    ['an image that breaks off', 'half', {}],
    ['other bytes than were promised', 'whole', { sha256: 'a'.repeat(64) }],
  ])('is refused when it is %s, and never shown to others', async (_, given, input) => {
    const { viewer } = await someone(graph, `u${randomUUID().slice(0, 8).replace(/\W/g, '')}`);
    const whole = await png();
    const bytes =
      given instanceof Buffer ? given : given === 'half' ? whole.subarray(0, 90) : whole;
    const { ticket } = await begin(viewer, bytes, input);
    await send(ticket.uploadUrl, bytes);
    const { id } = ticket.media;
    const { media, errors } = await complete(viewer, id);
    expect(media).toBeNull();
    expect(await complete(viewer, id)).toEqual({ media, errors });
    expect(await seenBy(viewer, id)).toMatchObject({ status: 'REJECTED', large: null });
    expect(errors).toEqual([
      {
        ...{ __typename: 'ValidationError', code: 'UPLOAD_REJECTED', path: ['mediaId'] },
        message: (await seenBy(viewer, id)).rejectionReason,
      },
    ]);
    expect(await seenBy(null, id)).toBeNull();
    expect((await graph.ask(AVATAR, { id }, viewer)).updateProfile).toMatchObject({
      errors: [{ __typename: 'NotFoundError', path: ['input', 'avatarMediaId'] }],
    });
  });

  test('belongs to its owner: nobody else can complete or use it', async () => {
    const { viewer } = await someone(graph, 'dara');
    const { viewer: mallory } = await someone(graph, 'mallory');
    const { ticket } = await begin(viewer, await png());
    const nothing = [{ __typename: 'NotFoundError', code: 'MEDIA_NOT_FOUND', path: ['mediaId'] }];
    expect((await complete(mallory, ticket.media.id)).errors).toMatchObject(nothing);
    const { media } = await uploaded(viewer, await png());
    expect((await graph.ask(AVATAR, { id: media.id }, mallory)).updateProfile.errors).toEqual([
      { __typename: 'NotFoundError', code: 'MEDIA_NOT_FOUND', path: ['input', 'avatarMediaId'] },
    ]);
    expect(await seenBy(mallory, media.id)).toMatchObject({ status: 'READY' });
    expect(await seenBy(mallory, ticket.media.id)).toBeNull();
  });

  test('reports all that is wrong with it at once', async () => {
    const { viewer } = await someone(graph, 'eli');
    const { errors } = await begin(viewer, Buffer.alloc(0), {
      ...{ contentType: 'image/svg+xml', sha256: 'no', fileName: 'a\u202Egnp.exe' },
    });
    expect(errors.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual(
      ['byteSize', 'contentType', 'fileName', 'sha256'].map((field) => `input.${field}`),
    );
  });

  test('is one for one key, with a link that holds anew', async () => {
    const { viewer } = await someone(graph, 'fay');
    const idempotencyKey = randomUUID();
    const bytes = await png();
    const first = await begin(viewer, bytes, { idempotencyKey });
    const again = await begin(viewer, bytes, { idempotencyKey });
    expect(again).toMatchObject({
      replayed: true,
      ticket: { media: { id: first.ticket.media.id } },
    });
    expect((await send(again.ticket.uploadUrl, bytes)).status).toBe(204);
  });

  test('at most twenty of an account are pending, however many begin at once', async () => {
    const { viewer } = await someone(graph, 'gil');
    const bytes = await png();
    const answers = await Promise.all(Array.from({ length: 24 }, () => begin(viewer, bytes)));
    const refused = answers.flatMap(({ errors }) => errors);
    expect(refused).toHaveLength(4);
    expect(refused[0]).toMatchObject({ __typename: 'ConflictError', code: 'TOO_MANY_UPLOADS' });
  });
});

describe('a file', () => {
  test('is removed by its owner, with its bytes, and from where it was shown', async () => {
    const { viewer } = await someone(graph, 'looked_at_once');
    const { viewer: other } = await someone(graph, 'zoe');
    const { media } = await uploaded(viewer, await png());
    await graph.execute(AVATAR, { id: media.id }, viewer);
    const remove = async (as: Viewer) =>
      payloadOf(await graph.execute(DELETE, { id: media.id }, as), 'deleteMedia');
    const unknown = { deletedId: null, viewer: null, errors: [{ code: 'MEDIA_NOT_FOUND' }] };
    expect(await remove(other)).toMatchObject(unknown);
    expect(await remove(viewer)).toEqual({
      ...{ deletedId: media.id, errors: [] },
      viewer: { user: { avatar: null } },
    });
    expect((await fetch(media.small)).status).toBe(404);
    expect(await seenBy(viewer, media.id)).toBeNull();
    expect((await eventsOf(graph, viewer.userId)).slice(-2)).toMatchObject([
      { type: 'users.MediaDeleted', payload: { mediaId: media.id, ownerId: viewer.userId } },
      { type: 'users.ProfileUpdated', payload: { changed: ['avatar'] } },
    ]);
    expect(await remove(viewer)).toMatchObject(unknown);
    // What was begun takes up no room, either.
    const { ticket } = await begin(viewer, await png());
    const gone = await graph.execute(DELETE, { id: ticket.media.id }, viewer);
    expect(payloadOf(gone, 'deleteMedia').errors).toEqual([]);
    expect((await send(ticket.uploadUrl, await png())).status).toBe(404);
  });

  test('that is removed while it is looked at leaves nothing behind', async () => {
    const { viewer } = await someone(graph, 'xia');
    const bytes = await png();
    const { ticket } = await begin(viewer, bytes);
    await send(ticket.uploadUrl, bytes);
    const { services, infrastructure } = await users.open(graph.deps);
    const { id } = ticket.media;
    const { files } = services;
    const read: typeof files.read = async (key) => {
      const kept = await files.read(key);
      await deleteMedia(services, viewer, id);
      return kept;
    };
    const meanwhile = { ...services, files: { ...files, read } };
    await expect(completeUpload(meanwhile, viewer, id)).rejects.toMatchObject({
      code: 'MEDIA_NOT_FOUND',
    });
    for (const key of [originalKey(id), variantKey(id, 64), variantKey(id, 256)])
      expect(await services.files.sizeOf(key), key).toBeNull();
    await infrastructure.close();
  });

  test('is examined once for any number of concurrent requests', async () => {
    const { viewer } = await someone(graph, 'looked_at');
    const bytes = await png();
    const { ticket } = await begin(viewer, bytes);
    await send(ticket.uploadUrl, bytes);
    const { services, infrastructure } = await users.open(graph.deps);
    const AT_ONCE = 5;
    let looks = 0;
    let asked = 0;
    const { inspect } = services;
    const counting: typeof inspect = async (file, work) => {
      asked += 1;
      await until(() => asked === AT_ONCE);
      return inspect(file, () => {
        looks += 1;
        return work();
      });
    };
    const { id } = ticket.media;
    await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        completeUpload({ ...services, inspect: counting }, viewer, id),
      ),
    );
    expect(looks).toBe(1);
    const [file] = await services.reads.media.findMany([id]);
    expect(file?.status).toBe('READY');
    await infrastructure.close();
  });

  test('is not examined again for a request from before the examination ended', async () => {
    const { viewer } = await someone(graph, 'late_look');
    const bytes = await png();
    const { ticket } = await begin(viewer, bytes);
    await send(ticket.uploadUrl, bytes);
    const { services, infrastructure } = await users.open(graph.deps);
    const { id } = ticket.media;
    const late: typeof services.inspect = async (file, work) => {
      await completeUpload(services, viewer, id);
      return services.inspect(file, work);
    };
    await completeUpload({ ...services, inspect: late }, viewer, id);
    const pixels = `SELECT used FROM quota_use WHERE rule = 'pixels' AND user_id = $1`;
    expect(await sql(graph, pixels, [viewer.userId])).toEqual([{ used: 1 }]);
    await infrastructure.close();
  });

  test('waits until the next hour where an account has had too many pixels decoded', async () => {
    const { viewer } = await someone(graph, 'of_pixels');
    const bytes = await png();
    const { ticket } = await begin(viewer, bytes);
    await send(ticket.uploadUrl, bytes);
    await sql(
      graph,
      `INSERT INTO quota_use (user_id, rule, started_at, used) VALUES ($1, 'pixels', $2, 2000)`,
      [viewer.userId, graph.deps.clock()],
    );
    const { id } = ticket.media;
    expect((await complete(viewer, id)).errors).toMatchObject([
      { __typename: 'RateLimitedError', code: 'RATE_LIMITED' },
    ]);
    await sql(graph, "UPDATE quota_use SET used = 1999 WHERE rule = 'pixels' AND user_id = $1", [
      viewer.userId,
    ]);
    expect((await complete(viewer, id)).errors).toEqual([]);
  });

  test('that is no image is saved and never shown, whole or in part', async () => {
    const { viewer } = await someone(graph, 'hal');
    const bytes = Buffer.from('<script>alert(1)</script>');
    const { media } = await uploaded(viewer, bytes, {
      ...{ purpose: 'CHAT_ATTACHMENT', contentType: 'text/plain', fileName: 'Grüße (1).html' },
    });
    const answer = await fetch(media.large);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%281%29.html",
      'cache-control': expect.stringMatching(/^private, /),
      'accept-ranges': 'bytes',
    });
    expect(await answer.text()).toBe(String(bytes));
    const part = await fetch(media.large, { headers: { range: 'bytes=1-6' } });
    expect([part.status, await part.text()]).toEqual([206, 'script']);
    expect(part.headers.get('content-range')).toBe(`bytes 1-6/${bytes.length}`);
    const beyond = await fetch(media.large, { headers: { range: 'bytes=999-' } });
    expect(beyond.status).toBe(416);
    const etag = answer.headers.get('etag') ?? '';
    expect((await fetch(media.large, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const head = await fetch(media.large, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
  });

  test('has one link for half a day, which is over a day later', async () => {
    const { viewer } = await someone(graph, 'ian');
    const { media } = await uploaded(viewer, await png());
    expect((await seenBy(null, media.id)).large).toBe((await seenBy(viewer, media.id)).large);
    graph.pass(25 * 3_600_000);
    expect((await fetch(media.large)).status).toBe(404);
    expect((await fetch((await seenBy(null, media.id)).large)).status).toBe(200);
  });

  test('of a list to import is seen by its owner alone', async () => {
    const { viewer } = await someone(graph, 'jan');
    const { media } = await uploaded(viewer, Buffer.from('sku,title\n1,Bowl'), {
      ...{ purpose: 'IMPORT_FILE', contentType: 'text/csv', fileName: 'list.csv' },
    });
    expect(media).toMatchObject({ status: 'READY', contentType: 'text/csv' });
    expect(await seenBy(null, media.id)).toBeNull();
    expect(await seenBy(viewer, media.id)).toMatchObject({ id: media.id });
  });
});

test('an upload that is not completed within a day is deleted, with its bytes', async () => {
  const { viewer } = await someone(graph, 'kim');
  const bytes = await png();
  const { ticket } = await begin(viewer, bytes);
  await send(ticket.uploadUrl, bytes);
  const { media } = await uploaded(viewer, bytes);
  const { services, infrastructure } = await users.open(graph.deps);
  try {
    const { reads, files } = services;
    const removeAt = (hours: number) =>
      removeAbandoned({
        ...{ media: reads.media, files },
        clock: () => new Date(graph.deps.clock().getTime() + hours * 3_600_000),
      });
    await removeAt(25);
    expect((await reads.media.findMany([ticket.media.id, media.id])).map(({ id }) => id)).toEqual([
      media.id,
    ]);
    expect(await files.sizeOf(originalKey(ticket.media.id))).toBeNull();
    expect(await files.sizeOf(variantKey(media.id, 64))).toBeGreaterThan(0);
    expect(await files.sizeOf(originalKey(media.id))).toBeNull();

    // As a process leaves it that ends after the upload was completed.
    await files.write(originalKey(media.id), new Uint8Array(3), 'image/png');
    await sql(graph, `UPDATE media SET uploaded_at = now() - interval '2 hours' WHERE id = $1`, [
      media.id,
    ]);
    const deps = { media: reads.media, files, clock: graph.deps.clock };
    expect(await removeLeftOriginals(deps)).toBe(1);
    expect(await files.sizeOf(originalKey(media.id))).toBeNull();
    expect(await files.sizeOf(variantKey(media.id, 64))).toBeGreaterThan(0);
    expect(await removeLeftOriginals(deps)).toBe(0);
  } finally {
    await infrastructure.close();
  }
});
