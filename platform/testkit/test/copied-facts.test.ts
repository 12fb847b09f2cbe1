import { readdirSync, readFileSync } from 'node:fs';
import { EVENTS, type EventName, type SubgraphName } from '@souk/runtime/events';
import { expect, test } from 'vitest';

/**
 * A subgraph that keeps a copy of what another one tells hears of each change of it too: otherwise
 * the copy is wrong one day, and whatever is decided by it as well.
 */
const CHANGED_BY: Partial<Record<EventName, readonly EventName[]>> = {
  'users.UserRegistered': ['users.ProfileUpdated', 'users.EmailVerified'],
  'groups.GroupCreated': ['groups.GroupUpdated'],
  'groups.MemberJoined': ['groups.MemberRoleChanged', 'groups.MemberLeft'],
  'chat.RoomCreated': ['chat.ParticipantsChanged', 'chat.RoomUpdated'],
  'chat.MessagePosted': ['chat.MessageEdited', 'chat.MessageDeleted'],
  'products.SellerCreated': ['products.SellerUpdated'],
  'products.ProductCreated': ['products.ProductUpdated', 'products.ProductDeleted'],
  'orders.OrderPlaced': ['orders.OrderCancelled'],
};

/** Copies that a change does not concern, and why. */
const UNCONCERNED: Record<string, string> = {
  'chat: users.ProfileUpdated': 'of a person chat keeps the username alone, which never changes',
  'products: users.EmailVerified': 'of a person products keeps the names alone',
  'chat: orders.OrderCancelled': 'of an order chat keeps whose it is, which never changes',
  'orders: orders.OrderCancelled': 'staff are shown it as the order’s new state',
  'chat: users.EmailVerified': 'of a person chat keeps the username alone, which never changes',
};

const names = Object.keys(EVENTS) as EventName[];
const consumedBy = (name: EventName): readonly SubgraphName[] => EVENTS[name].consumedBy;

test('who copies something hears of its changes', () => {
  const unheard = Object.entries(CHANGED_BY).flatMap(([told, changes]) =>
    changes.flatMap((change) =>
      consumedBy(told as EventName)
        .filter((subgraph) => !consumedBy(change).includes(subgraph))
        .map((subgraph) => `${subgraph}: ${change}`),
    ),
  );
  expect(unheard.sort()).toEqual(Object.keys(UNCONCERNED).sort());
});

test('every event of a beginning or a change is spoken of above', () => {
  const isChange = /Updated$|Changed$|Left$|Verified$|Cancelled$/;
  const known = new Set(Object.entries(CHANGED_BY).flat(2));
  /** Told to nobody's copies, or the newest state as a whole, by its place in its stream. */
  const whole: EventName[] = [
    'chat.BlockChanged',
    'groups.InviteChanged',
    'groups.JoinRequestChanged',
    'groups.MembershipChanged',
    'groups.OwnJoinRequestChanged',
    'chat.GroupStandingChanged',
    // Copied by nobody: for one's own devices, which read what it is by now.
    'chat.OwnThingChanged',
    'chat.PinChanged',
    'chat.ReactionsChanged',
    'chat.RoomPreferencesChanged',
    // Copied by nobody: whether something is waiting at the moment, which is announced and settled.
    'chat.SupportRequestChanged',
    'notifications.NotificationChanged',
    'orders.CartChanged',
    'orders.FulfilmentChanged',
    'orders.PaymentUpdated',
    'orders.PayoutChanged',
    'orders.ReturnChanged',
    'orders.ShipmentUpdated',
    'orders.SellerOrderStatusChanged',
    'orders.OrderStatusChanged',
    'products.InventoryUpdated',
    // Copied by nobody: it says what somebody is by now, and takes effect at once.
    'users.RolesChanged',
    // Copied by nobody: a mail of its own for each.
    'users.SecurityChanged',
  ];
  const unspoken = names.filter((name) => isChange.test(name) && !known.has(name));
  expect(unspoken.sort()).toEqual(whole.sort());
});

test('who is said to consume an event has a consumer of it, and nobody else', async () => {
  const folder = new URL('../../../subgraphs/', import.meta.url);
  const has = async (subgraph: string): Promise<string[]> => {
    const app = readFileSync(new URL(`${subgraph}/src/app.ts`, folder), 'utf8');
    // The runtime's own consumers: of who says what it forgets of an erased person, but users, which erases
    // accounts itself; and of everybody for an export.
    const forgets =
      subgraph !== 'users' && /^ {2}erasure,$/m.test(app) ? [`${subgraph}: users.UserErased`] : [];
    const gathers = `${subgraph}: users.AccountExportRequested`;
    return [...(await consumedIn(subgraph)), ...forgets, gathers];
  };
  const consumedIn = async (subgraph: string): Promise<string[]> => {
    if (!readdirSync(new URL(`${subgraph}/src`, folder)).includes('consumers')) return [];
    const module = await import(new URL(`${subgraph}/src/consumers/index.ts`, folder).href);
    const consumers: { consumes: string }[] = module.consumers ?? module.createConsumers({});
    return consumers.map(({ consumes }) => `${subgraph}: ${consumes}`);
  };
  const said = names.flatMap((name) => consumedBy(name).map((subgraph) => `${subgraph}: ${name}`));
  const found = (await Promise.all(readdirSync(folder).map(has))).flat();
  expect([...new Set(found)].sort()).toEqual(said.sort());
});

test('who answers what a notice asks is who may in groups, and keeps order in chat', async () => {
  const domain = (path: string) =>
    import(new URL(`../../../subgraphs/${path}`, import.meta.url).href);
  const { ROLES, may } = await domain('groups/src/domain/roles.ts');
  const { mayModerateTalk } = await domain('chat/src/domain/group-rights.ts');
  const { mayAnswer } = await domain('notifications/src/domain/answering.ts');
  expect(ROLES.length).toBeGreaterThan(2);
  for (const role of ROLES) {
    expect(mayAnswer('JOIN_REQUEST', role), role).toBe(may(role, 'MANAGE_MEMBERS'));
    expect(mayAnswer('REPORT_FILED', role), role).toBe(may(role, 'MODERATE_MESSAGES'));
    expect(mayModerateTalk(role), role).toBe(may(role, 'MODERATE_MESSAGES'));
  }
});

test('who answers a seller’s customers in chat is who may in products', async () => {
  const domain = (path: string) =>
    import(new URL(`../../../subgraphs/${path}`, import.meta.url).href);
  const { SELLER_ROLES } = await domain('products/src/domain/seller.ts');
  const { mayDoFor } = await domain('products/src/domain/seller-permissions.ts');
  const { mayAnswerCustomers } = await domain('chat/src/domain/seller-help.ts');
  expect(SELLER_ROLES.length).toBeGreaterThan(2);
  for (const role of SELLER_ROLES) {
    const actor = { userId: 'usr_1', roles: [], memberships: new Map([['sel_1', role]]) };
    const may = mayDoFor(actor, 'ANSWER_CUSTOMERS', { sellerId: 'sel_1' });
    expect(mayAnswerCustomers(role), role).toBe(may);
  }
});
