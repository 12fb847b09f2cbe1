import { randomUUID } from 'node:crypto';
import { pairId } from '@souk/runtime/domain';
import type { RunningSouk } from '../../running-souk.ts';
import { doneBy, readAs } from '../ask-as.ts';
import type { People } from '../callers.ts';

/** A private room of the owner's, with all that can hang on it. */
export async function openRoom(
  souk: RunningSouk,
  { owner, member, suspended, victim, moderator }: People,
  { product }: { product: string },
) {
  const next = new Date(Date.now() + 86_400_000).toISOString();
  const done = doneBy(souk);
  const others = [member, suspended, victim].map(({ id }) => JSON.stringify(id)).join();
  const { room } = await done(
    owner.token,
    'createRoom',
    `input: { kind: PRIVATE, name: "plans", participantIds: [${others}] }`,
    'room { id }',
  );
  const square = await done(
    owner.token,
    'createRoom',
    'input: { kind: PUBLIC, name: "square" }',
    'room { id }',
  );
  const discussion = await done(
    member.token,
    'openDiscussion',
    `entityId: "${product}"`,
    'room { id }',
  );
  await done(
    owner.token,
    'sendMessage',
    `input: { roomId: "${square.room.id}", clientMessageId: "${randomUUID()}", text: "This", embedEntityIds: ["${product}"] }`,
    'message { id }',
  );
  await done(
    owner.token,
    'updateRoom',
    `input: { id: "${room.id}", topic: "Tea", slowModeSeconds: null }`,
    'room { id }',
  );
  const say = async (token: string, text: string, more = '') => {
    const { message } = await done(
      token,
      'sendMessage',
      `input: { roomId: "${room.id}", clientMessageId: "${randomUUID()}", text: "${text}"${more} }`,
      'message { id }',
    );
    return message.id as string;
  };
  const message = await say(owner.token, 'Tea?');
  const reply = await say(member.token, '@the_owner Yes', `, threadOfId: "${message}"`);
  const edited = await say(owner.token, '@the_member at for', `, replyToId: "${message}"`);
  await done(
    owner.token,
    'editMessage',
    `input: { messageId: "${edited}", text: "@the_member at four" }`,
    'message { id }',
  );
  const of = (id: string) => `messageId: "${id}"`;
  await done(owner.token, 'setPinned', `${of(edited)}, on: true`, 'message { id }');
  await done(owner.token, 'setMessageSaved', `${of(edited)}, on: true`, 'message { id }');
  await done(owner.token, 'setReaction', `${of(edited)}, emoji: "👍", on: true`, 'message { id }');
  await done(owner.token, 'setDraft', `input: { roomId: "${room.id}", text: "And" }`, '__typename');
  await done(owner.token, 'setReminder', `${of(message)}, remindAt: "${next}"`, '__typename');
  const { scheduled } = await done(
    owner.token,
    'scheduleMessage',
    `input: { roomId: "${room.id}", clientMessageId: "${randomUUID()}", text: "Later", sendAt: "${next}" }`,
    'scheduled { id }',
  );
  const { report } = await done(
    member.token,
    'reportMessage',
    `${of(edited)}, reason: SPAM, note: "Hm"`,
    'report { id }',
  );
  const { report: decided } = await done(
    suspended.token,
    'reportMessage',
    `${of(reply)}, reason: OTHER`,
    'report { id }',
  );
  await done(
    moderator.token,
    'decideReport',
    `reportId: "${decided.id}", outcome: AUTHOR_WARNED, note: "Mind it"`,
    '__typename',
  );
  await done(
    member.token,
    'appealReport',
    `reportId: "${decided.id}", text: "It was tea"`,
    '__typename',
  );
  await done(
    owner.token,
    'banFromRoom',
    `roomId: "${room.id}", userId: "${victim.id}", reason: "Coffee", until: "${next}"`,
    '__typename',
  );
  await done(owner.token, 'setBlocked', `userId: "${victim.id}", on: true`, '__typename');
  const { room: seen } = await readAs(
    souk,
    owner.token,
    `{ room(id: "${room.id}") { bans { edges { node { id } } } } }`,
  );
  return {
    room: room.id as string,
    square: square.room.id as string,
    discussion: discussion.room.id as string,
    message,
    editedMessage: edited,
    thread: message.replace('msg_', 'thr_'),
    report: report.id as string,
    decidedReport: decided.id as string,
    scheduledMessage: scheduled.id as string,
    reminder: pairId('rmd', message, owner.id),
    roomBan: seen.bans.edges[0].node.id as string,
    participant: pairId('rpt', room.id, owner.id),
    roomState: pairId('rvs', room.id, owner.id),
    threadState: pairId('tvs', message.replace('msg_', 'thr_'), owner.id),
    block: pairId('blk', owner.id, victim.id),
  };
}
