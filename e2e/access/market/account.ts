import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { sql, until } from '@souk/testkit';
import type { RunningSouk } from '../../running-souk.ts';
import { doneBy, readAs } from '../ask-as.ts';
import type { People } from '../callers.ts';
import { ADDRESS } from './postal-address.ts';

/** The things that belong to the owner's account. */
export async function fillAccount(souk: RunningSouk, { owner }: People) {
  const done = doneBy(souk);
  const { address } = await done(
    owner.token,
    'createAddress',
    `input: { postal: ${ADDRESS} }`,
    'address { id }',
  );
  const keyOf = async (scope: string) => {
    const made = await done(
      owner.token,
      'createApiKey',
      `input: { name: "A program", scopes: [${scope}], idempotencyKey: "${randomUUID()}" }`,
      'apiKey { id } secret',
    );
    return made as { apiKey: { id: string }; secret: string };
  };
  const [profile, catalogue] = [await keyOf('PROFILE_READ'), await keyOf('CATALOG_READ')];
  await until(async () => {
    await readAs(souk, profile.secret, '{ viewer { email } }');
    const { viewer } = await readAs(
      souk,
      owner.token,
      '{ viewer { apiKeys { edges { node { lastUsedAt } } } } }',
    );
    type Edge = { node: { lastUsedAt: string | null } };
    return viewer.apiKeys.edges.some(({ node }: Edge) => node.lastUsedAt !== null);
  });
  const upload = await done(
    owner.token,
    'createUpload',
    'input: { fileName: "me.png", contentType: "image/png", byteSize: 70, purpose: AVATAR, altText: "Me" }',
    'ticket { uploadUrl media { id } }',
  );
  const { uploadUrl, media } = upload.ticket;
  const sent = await fetch(uploadUrl, {
    method: 'PUT',
    headers: { 'content-type': 'image/png' },
    body: new Uint8Array(Buffer.from(PIXEL, 'base64')),
  });
  if (sent.status !== 204) throw new Error(`The upload was answered ${sent.status}.`);
  await done(owner.token, 'completeUpload', `mediaId: "${media.id}"`, 'media { id }');
  await done(
    owner.token,
    'updateProfile',
    `input: { avatarMediaId: "${media.id}", bio: "Likes tea", locale: "sv", timeZone: "Europe/Stockholm" }`,
    'user { id }',
  );
  await done(owner.token, 'requestEmailChange', 'newEmail: "olga2@example.org"', '__typename');
  const users = { databaseUrl: souk.databaseUrls.users };
  const [passkey, identity] = [newId('pky'), newId('lid')];
  await sql(
    users,
    `INSERT INTO passkey (id, account_id, name, credential_id, public_key, counter, transports, backed_up, created_at)
     VALUES ($1, $2, 'Phone', 'c', '', 0, '{}', false, now())`,
    [passkey, owner.id],
  );
  await sql(
    users,
    `INSERT INTO linked_identity (id, account_id, provider, subject, display_name, linked_at)
     VALUES ($1, $2, 'none', 's', 'Olga', now())`,
    [identity, owner.id],
  );
  const own = await until(async () => {
    const { viewer } = await readAs(
      souk,
      owner.token,
      '{ viewer { id sessions { edges { node { id } } } notifications { edges { node { id kind } } } } }',
    );
    return viewer.notifications.edges.length > 0 ? viewer : null;
  });
  return {
    viewer: own.id as string,
    session: own.sessions.edges[0].node.id as string,
    notification: own.notifications.edges[0].node.id as string,
    address: address.id as string,
    apiKey: profile.apiKey.id,
    keyPROFILE_READ: profile.secret,
    keyCATALOG_READ: catalogue.secret,
    media: media.id as string,
    passkey,
    identity,
  };
}

/** A PNG of one pixel, 70 bytes. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
