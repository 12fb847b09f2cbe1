import { randomUUID } from 'node:crypto';
import { newId } from '@souk/runtime/domain';
import { sql } from '@souk/testkit';
import type { RunningSouk } from '../../running-souk.ts';
import { doneBy } from '../ask-as.ts';
import { type People, signIn } from '../callers.ts';
import type { Words } from '../market.ts';

/** The owner’s telephone, as they write it and as carriers do. */
export const PHONE = { written: '+46 70 174 06 05', dialled: '+46701740605' };

/** How the owner is reached, and what others know of it. */
export async function reachOwner(souk: RunningSouk, people: People, words: Words) {
  const { owner, member } = people;
  const done = doneBy(souk);
  await signIn(souk, 'owner');
  await done(
    owner.token,
    'createAddress',
    `input: { postal: { name: "The owner", line1: "Zephyr Street 1", city: "Lund", postalCode: "22100", country: "SE",
       phone: "${PHONE.written}" } }`,
    'address { id }',
  );
  const { group } = await done(
    member.token,
    'createGroup',
    'input: { name: "Mint", visibility: PRIVATE }',
    'group { id }',
  );
  await done(
    member.token,
    'inviteToGroup',
    `input: { groupId: "${group.id}", emails: ["owner@example.org"], idempotencyKey: "${randomUUID()}" }`,
    'invites { id }',
  );
  // Messages to people in the same room go into notifications and mails, with the author's name.
  await done(
    owner.token,
    'sendMessage',
    `input: { roomId: "${words.room}", clientMessageId: "${randomUUID()}", text: "@the_member come" }`,
    'message { id }',
  );
}

/** Their telephone, at which there is no carrier here that would bring the code, and no service that would ring it. */
export async function ringOwner(souk: RunningSouk, { owner }: People) {
  const notifications = { databaseUrl: souk.databaseUrls.notifications };
  await sql(notifications, 'INSERT INTO sms_number (user_id, number) VALUES ($1, $2)', [
    ...[owner.id, PHONE.dialled],
  ]);
  await sql(
    notifications,
    `INSERT INTO device (id, user_id, platform, token, label, created_at)
     VALUES ($1, $2, 'APNS', $3, 'The owner''s telephone', now())`,
    [newId('dev'), owner.id, randomUUID()],
  );
}
