import type { GroupVisibility, JoinPolicy } from '../domain/group.ts';

export interface DemoGroup {
  /** Fixed, so that a second start finds the group and other demo data can refer to it. */
  id: string;
  slug: string;
  name: string;
  description: string;
  rules: string | null;
  visibility: GroupVisibility;
  joinPolicy: JoinPolicy;
}

/** Three public groups, one of which requires approval, and one that outsiders never learn of. */
export const demoGroups: readonly DemoGroup[] = [
  {
    id: 'grp_01k9yfw000e1r8x4m2v7c0q5ta',
    slug: 'makers-of-the-souk',
    name: 'Makers of the souk',
    description: 'Who makes things, sells them here, and likes to talk about how.',
    rules: 'Show your work. Be kind about the work of others.',
    visibility: 'PUBLIC',
    joinPolicy: 'OPEN',
  },
  {
    id: 'grp_01k9yfw001f3n6z9p4t1b8w2hd',
    slug: 'tea-and-spices',
    name: 'Tea & spices',
    description: 'What to brew, what to grind, and where to find it.',
    rules: null,
    visibility: 'PUBLIC',
    joinPolicy: 'OPEN',
  },
  {
    id: 'grp_01k9yfw002g5q0y7s6r3d1m8ke',
    slug: 'stall-keepers',
    name: 'Stall keepers',
    description: 'For those who run the market: opening hours, prices, quarrels.',
    rules: 'What is said here stays here.',
    visibility: 'PRIVATE',
    joinPolicy: 'INVITE_ONLY',
  },
  {
    id: 'grp_01k9yfw003h7r2z8t7s4e2n9mf',
    slug: 'potters',
    name: 'Potters',
    description: 'Wheels, kilns and glazes. Say what you make, and somebody lets you in.',
    rules: null,
    visibility: 'PUBLIC',
    joinPolicy: 'REQUEST',
  },
];
