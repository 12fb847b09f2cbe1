import { typeidUnboxed } from 'typeid-js';

/**
 * The kinds of id and the GraphQL type that each one names. An id is a TypeID: prefix, underscore, and a
 * UUIDv7 in base32; so ids of one kind sort by the time they were created. Prefixes are part of the public
 * contract: never change one.
 */
export const ID_TYPES = {
  usr: 'User',
  vwr: 'Viewer',
  ses: 'Session',
  pky: 'Passkey',
  lid: 'LinkedIdentity',
  key: 'ApiKey',
  adr: 'Address',
  med: 'Media',
  axp: 'AccountExport',
  sel: 'Seller',
  dsk: 'SellerDesk',
  prd: 'Product',
  rev: 'Review',
  var: 'ProductVariant',
  cat: 'Category',
  mov: 'StockMovement',
  crt: 'Cart',
  cln: 'CartLine',
  ord: 'Order',
  sor: 'SellerOrder',
  oln: 'OrderLine',
  tle: 'TimelineEntry',
  pay: 'Payment',
  shp: 'Shipment',
  rfd: 'Refund',
  ret: 'Return',
  pot: 'Payout',
  led: 'LedgerEntry',
  osn: 'OrderSnapshot',
  grp: 'Group',
  gmb: 'GroupMember',
  gban: 'GroupBan',
  inv: 'GroupInvite',
  jrq: 'JoinRequest',
  aud: 'GroupAuditEntry',
  room: 'Room',
  rban: 'RoomBan',
  msg: 'Message',
  thr: 'Thread',
  sch: 'ScheduledMessage',
  rep: 'Report',
  ntf: 'Notification',
  dev: 'Device',
  psh: 'PushMessage',
  sms: 'SmsMessage',
  whe: 'WebhookEndpoint',
  wha: 'WebhookAttempt',
  eml: 'EmailMessage',
  imp: 'ProductImport',
  evt: 'Event',
} as const;

export type IdPrefix = keyof typeof ID_TYPES;

/** Ids made of two others (`pairId`): the prefix, and the GraphQL type that it names. */
export const PAIR_ID_TYPES = {
  blk: 'Block',
  rpt: 'RoomParticipant',
  rvs: 'RoomViewerState',
  smb: 'SellerMember',
  tvs: 'ThreadViewerState',
  rmd: 'Reminder',
} as const;

export type PairPrefix = keyof typeof PAIR_ID_TYPES;

export const SUFFIX = '[0-7][0-9a-hjkmnp-tv-z]{25}';
const ANY_ID = new RegExp(`^([a-z]{3,4})_${SUFFIX}$`);
const ANY_PAIR = new RegExp(`^([a-z]{3,4})_${SUFFIX}_${SUFFIX}$`);

export type NewId = (prefix: IdPrefix) => string;

export const newId: NewId = (prefix) => typeidUnboxed(prefix);

/** The prefix of a well-formed id of a known kind, or null. */
export function prefixOf(id: string): IdPrefix | null {
  const prefix = ANY_ID.exec(id)?.[1];
  return prefix !== undefined && Object.hasOwn(ID_TYPES, prefix) ? (prefix as IdPrefix) : null;
}

export const isIdOf = (prefix: IdPrefix, id: string): boolean => prefixOf(id) === prefix;

/** The name of the GraphQL type an id belongs to, or null when it is not one of our ids. */
export function typeOfId(id: string): IdType | null {
  const prefix = prefixOf(id);
  if (prefix !== null) return ID_TYPES[prefix];
  const pair = ANY_PAIR.exec(id)?.[1];
  const isPair = pair !== undefined && Object.hasOwn(PAIR_ID_TYPES, pair);
  return isPair ? PAIR_ID_TYPES[pair as PairPrefix] : null;
}

/**
 * Types that implement `Shareable`: they can be shown anywhere, in any room, by their id alone. Whoever is
 * given an id to show looks here; a test compares the list with the schemas.
 */
export const SHAREABLE_TYPES: readonly IdType[] = ['Product', 'Category', 'Seller'];

export function isShareable(id: string): boolean {
  const type = typeOfId(id);
  return type !== null && SHAREABLE_TYPES.includes(type);
}

export type IdType = (typeof ID_TYPES)[IdPrefix] | (typeof PAIR_ID_TYPES)[PairPrefix];
