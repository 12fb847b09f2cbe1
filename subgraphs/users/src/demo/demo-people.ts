import type { Role } from '../domain/account.ts';

/** Everybody's password in the demo; printed by the banner. */
export const DEMO_PASSWORD = 'souk-demo-2026';

export const DEMO_USERNAMES = ['ada', 'bo', 'cleo', 'dara', 'eli', 'ida'] as const;
export type DemoUsername = (typeof DEMO_USERNAMES)[number];

interface Person {
  readonly displayName: string;
  readonly bio: string;
  readonly locale: string;
  readonly roles: readonly Role[];
}

export const DEMO_PEOPLE: Readonly<Record<DemoUsername, Person>> = {
  ada: {
    displayName: 'Ada Okafor',
    bio: 'Turns bowls out of ash and cherry. Ask me about glazes, too.',
    locale: 'en-GB',
    roles: ['CUSTOMER', 'SELLER'],
  },
  bo: {
    displayName: 'Bo Lindqvist',
    bio: 'Collects tea from wherever the train goes.',
    locale: 'sv-SE',
    roles: ['CUSTOMER'],
  },
  cleo: {
    displayName: 'Cleo Marchetti',
    bio: 'Weaver. Wool from the hills behind the house.',
    locale: 'it-IT',
    roles: ['CUSTOMER', 'SELLER'],
  },
  dara: {
    displayName: 'Dara Nguyen',
    bio: 'Runs the Saturday market and answers everything.',
    locale: 'en-US',
    roles: ['CUSTOMER', 'SUPPORT'],
  },
  eli: {
    displayName: 'Eli Haddad',
    bio: 'New here.',
    locale: 'fr-FR',
    roles: ['CUSTOMER'],
  },
  ida: {
    displayName: 'Ida Bergmann',
    bio: 'Keeps the keys.',
    locale: 'de-DE',
    roles: ['CUSTOMER', 'SUPPORT', 'MODERATOR', 'ADMIN'],
  },
};
