import {
  accountSuspended,
  apiKeyScopeMissing,
  missingScope,
  unauthenticated,
} from './errors/common-errors.ts';

export const ROLES = ['CUSTOMER', 'SELLER', 'SUPPORT', 'MODERATOR', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

/**
 * The user who makes the request, as the gateway claims; each subgraph decides by its own data what they may
 * do.
 */
export interface Viewer {
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: readonly Role[];
  /** May read, but change nothing except what concerns their own account. */
  readonly suspended?: true;
  /** Set for a program that uses an API key: it may use the root fields of these scopes only. */
  readonly apiKeyScopes?: readonly ApiKeyScope[];
}

/** What an API key may be for; the tag `api-key/…` of a root field names the scope it belongs to. */
export const API_KEY_SCOPES = [
  'PROFILE_READ',
  'CATALOG_READ',
  'CATALOG_WRITE',
  'INVENTORY_WRITE',
  'ORDERS_READ',
  'ORDERS_WRITE',
  'ROOMS_READ',
  'MESSAGES_WRITE',
] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

const SCOPES_OF_ROLE: Record<Role, readonly string[]> = {
  CUSTOMER: [],
  SELLER: ['products:write', 'inventory:read', 'inventory:write'],
  SUPPORT: [
    'users:read',
    'orders:read',
    'orders:write',
    'mail:read',
    'inventory:read',
    'chat:support',
  ],
  MODERATOR: ['content:moderate', 'users:read', 'chat:moderate', 'groups:moderate'],
  ADMIN: [
    'users:read',
    'users:admin',
    'products:write',
    'inventory:read',
    'inventory:write',
    'sellers:admin',
    'content:moderate',
    'orders:read',
    'orders:write',
    'mail:read',
    'mail:write',
    'chat:moderate',
    'chat:support',
    'groups:moderate',
  ],
};

/** The scopes that roles give; one that is unknown gives none. */
export const scopesOfRoles = (roles: readonly string[]): ReadonlySet<string> =>
  new Set(
    roles.flatMap((role) =>
      Object.hasOwn(SCOPES_OF_ROLE, role) ? SCOPES_OF_ROLE[role as Role] : [],
    ),
  );

/** The scopes that `@requiresScopes` refers to, as the viewer's roles give them. */
export const scopesOf = (viewer: Viewer | null): ReadonlySet<string> =>
  scopesOfRoles(viewer?.roles ?? []);

/** The signed-in viewer; throws `UNAUTHENTICATED` when nobody is. */
export function requireViewer(viewer: Viewer | null): Viewer {
  if (!viewer) throw unauthenticated();
  return viewer;
}

/** Throws unless one of the alternatives (each a list of scopes) is held in full. */
export function requireScopes(viewer: Viewer | null, alternatives: readonly (readonly string[])[]) {
  const held = scopesOf(requireViewer(viewer));
  if (!alternatives.some((scopes) => scopes.every((scope) => held.has(scope))))
    throw missingScope();
}

/** Throws `ACCOUNT_SUSPENDED` for somebody who is suspended. */
export function refuseSuspended(viewer: Viewer | null): void {
  if (viewer?.suspended) throw accountSuspended();
}

/**
 * Throws `API_KEY_SCOPE_MISSING` for a program whose key has none of these scopes; an operation that belongs
 * to no scope is for people only.
 */
export function refuseBeyondApiKey(viewer: Viewer | null, of: readonly string[]): void {
  const held: readonly string[] | undefined = viewer?.apiKeyScopes;
  if (held && !of.some((scope) => held.includes(scope))) throw apiKeyScopeMissing();
}

/** The same check for scopes that are known before anybody asks. */
export const refusingBeyondApiKey =
  (of: readonly string[]) =>
  (viewer: Viewer | null): void =>
    refuseBeyondApiKey(viewer, of);
