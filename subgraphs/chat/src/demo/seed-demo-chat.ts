import type { SubgraphDeps } from '@souk/runtime/subgraph';
import { chat } from '../app.ts';
import type { ChatConfig } from '../config.ts';
import { directKeyOf } from '../domain/room-people.ts';
import type { Stores } from '../persistence/stores.ts';
import { openRoom } from '../use-cases/open-room.ts';
import { postMessage } from '../use-cases/post-message.ts';
import { DEMO_ROOMS, DEMO_TALKERS, type DemoRoom, type DemoTalker } from './demo-rooms.ts';

type PersonIds = Readonly<Record<DemoTalker, string>>;

interface DemoSeller {
  ownerId: string;
  sellerId: string;
}

const MINUTE = 60_000;

/**
 * Opens the demo's rooms and lets the demo people talk in them, under the ids that users has given them.
 * Rooms and messages have fixed ids, so existing ones stay as they are and this can be called at every start.
 * Returns how many messages were added.
 */
export async function seedDemoChat(
  deps: SubgraphDeps<ChatConfig>,
  personIds: PersonIds,
  sellers: readonly DemoSeller[],
): Promise<number> {
  const { clock, newId } = deps;
  const { infrastructure } = await chat.open(deps);
  const { transaction, reads } = infrastructure;
  let added = 0;
  try {
    await rememberPeople(reads, personIds, clock());
    for (const [place, room] of DEMO_ROOMS.entries()) {
      // The last lines appear to have been sent a few minutes ago.
      const start = clock().getTime() - (room.lines.length * 7 + place * 11 + 5) * MINUTE;
      await transaction(async (stores) => {
        const people = peopleIn(room, personIds);
        const isNew = await openRoom(stores, newRoomOf(room, personIds, new Date(start)), people);
        if (isNew && room.kind === 'SUPPORT') await answerFor(sellers, stores, room.id, people);
      });
      const said: string[] = [];
      for (const [index, { from, text, replyTo }] of room.lines.entries()) {
        const authorId = personIds[from];
        const clientMessageId = `00000000-0000-4000-8000-${String(place * 100 + index).padStart(12, '0')}`;
        const before = await reads.messages.findSent(room.id, authorId, clientMessageId);
        const id = before?.id ?? newId('msg');
        said.push(id);
        if (before) continue;
        const post = { id, roomId: room.id, authorId, clientMessageId, text };
        const replyToId = replyTo === undefined ? null : (said[replyTo] ?? null);
        const at = new Date(start + index * 7 * MINUTE);
        const posted = await transaction((stores) =>
          postMessage(stores, { ...post, replyToId, at }),
        );
        if (posted) added += 1;
      }
    }
    return added;
  } finally {
    await infrastructure.close();
  }
}

/** The first of the people asks the other one, who sells; they have answered. */
async function answerFor(
  sellers: readonly DemoSeller[],
  { support }: Stores,
  roomId: string,
  [askedBy, takenBy]: readonly string[],
): Promise<void> {
  const sellerId = sellers.find(({ ownerId }) => ownerId === takenBy)?.sellerId;
  if (askedBy === undefined || takenBy === undefined || sellerId === undefined) {
    throw new Error(`Nobody sells whom ${roomId} could be with.`);
  }
  await support.add({ roomId, orderId: null, sellerId, sellerOrderId: null, askedBy });
  const request = await support.lock(roomId);
  if (request) await support.change(roomId, { ...request, takenBy, state: 'WAITING_FOR_CUSTOMER' });
}

/** Their registration also reaches chat as an event, but the rooms are needed now. */
async function rememberPeople({ users }: Stores, ids: PersonIds, registeredAt: Date) {
  for (const username of DEMO_TALKERS)
    await users.add({ id: ids[username], username, registeredAt });
}

const peopleIn = ({ people }: DemoRoom, ids: PersonIds) => people.map((name) => ids[name]);

const newRoomOf = (room: DemoRoom, ids: PersonIds, createdAt: Date) => ({
  id: room.id,
  kind: room.kind,
  name: room.name,
  topic: room.topic,
  groupId: null,
  directKey: room.kind === 'DIRECT' ? directKeyOf(peopleIn(room, ids)) : null,
  isGeneral: false,
  createdBy: ids[room.people[0] as DemoTalker],
  createdAt,
});
