import { checkedWhole, personalSellerIdOf } from '@souk/runtime/domain';

export const SELLER_STATUSES = ['PENDING', 'ACTIVE', 'SUSPENDED', 'CLOSED'] as const;
export type SellerStatus = (typeof SELLER_STATUSES)[number];

export const SELLER_ROLES = ['OWNER', 'MANAGER', 'STAFF'] as const;
export type SellerRole = (typeof SELLER_ROLES)[number];

/** What buyers may know of a trader by law. */
export interface TraderDetails {
  legalName: string;
  country: string;
  registrationNumber: string | null;
  vatId: string | null;
  email: string | null;
  imprint: string | null;
}

/** A seller: an organisation of one or more people. */
export interface Seller {
  id: string;
  handle: string;
  displayName: string;
  description: string | null;
  status: SellerStatus;
  /** Why staff gave it this status; for its members. */
  statusReason: string | null;
  /** The person after whom it is named until it gets a name; for one who sells by themselves. */
  namedAfter: string | null;
  /** Null for older ones, for which it was not stored. */
  openedBy: string | null;
  /** Its logo, a picture stored by users. */
  logoMediaId: string | null;
  /** Null until given, for a person who sells by themselves. */
  trader: TraderDetails | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface SellerMember {
  sellerId: string;
  userId: string;
  role: SellerRole;
  /** Since when they have been invited. */
  joinedAt: Date;
  /** When they agreed; null until then: they may do nothing, and do not count as members. */
  acceptedAt: Date | null;
}

/** The commission on sales; `categoryId` is null for everything without a rate of its own. */
export interface Commission {
  categoryId: string | null;
  /** Hundredths of a percent. */
  basisPoints: number;
}

/** What everybody sees of a seller. */
export const PUBLIC_FIELDS: readonly string[] = [
  'handle',
  'displayName',
  'description',
  'logo',
  'status',
  'trader',
];

export const MAX_MEMBERS = 50;
/** How many sellers one person may open. */
export const MAX_OPENED = 20;
export const MAX_BASIS_POINTS = 10_000;

const NEXT_STATUSES: Record<SellerStatus, readonly SellerStatus[]> = {
  PENDING: ['ACTIVE', 'CLOSED'],
  ACTIVE: ['SUSPENDED', 'CLOSED'],
  SUSPENDED: ['ACTIVE', 'CLOSED'],
  CLOSED: [],
};

export const sellerMayBecome = (from: SellerStatus, to: SellerStatus): boolean =>
  from === to || NEXT_STATUSES[from].includes(to);

/** Only then are its products for sale. */
export const maySell = ({ status }: Pick<Seller, 'status'>): boolean => status === 'ACTIVE';

/** The handle of a seller without a name so far. */
export const madeHandleOf = (sellerId: string): string => `seller-${sellerId.slice(-12)}`;

interface KnownPerson {
  username: string;
  displayName: string;
}

/** The seller that a person is by themselves; named after them as soon as their name is known. */
export function personalSellerOf(
  userId: string,
  { person, handle, now }: { person: KnownPerson | null; handle: string | null; now: Date },
): Seller {
  const id = personalSellerIdOf(userId);
  return {
    id,
    handle: handle ?? madeHandleOf(id),
    displayName: person?.displayName ?? `Seller ${id.slice(-12)}`,
    description: null,
    status: 'ACTIVE',
    statusReason: null,
    namedAfter: userId,
    openedBy: userId,
    logoMediaId: null,
    trader: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

/** A seller always has an owner who has agreed to be one. */
export const hasOwner = (members: readonly Pick<SellerMember, 'role' | 'acceptedAt'>[]): boolean =>
  members.some(({ role, acceptedAt }) => role === 'OWNER' && acceptedAt !== null);

/** The roles of the memberships that a person agreed to. */
export const rolesIn = (memberships: readonly SellerMember[]): ReadonlyMap<string, SellerRole> =>
  new Map(
    memberships.flatMap(({ sellerId, role, acceptedAt }) =>
      acceptedAt === null ? [] : [[sellerId, role] as const],
    ),
  );

export const assertCommission = ({ basisPoints }: Pick<Commission, 'basisPoints'>): void => {
  checkedWhole(basisPoints, ['basisPoints'], { min: 0, max: MAX_BASIS_POINTS });
};
