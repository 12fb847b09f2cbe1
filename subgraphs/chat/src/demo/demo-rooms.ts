import type { RoomKind } from '../domain/room.ts';

/** The people of the demo rooms, by their usernames. */
export const DEMO_TALKERS = ['ada', 'bo', 'cleo', 'dara', 'eli', 'ida'] as const;
export type DemoTalker = (typeof DEMO_TALKERS)[number];

interface DemoLine {
  from: DemoTalker;
  text: string;
  /** Answers the line at this index. */
  replyTo?: number;
}

export interface DemoRoom {
  id: string;
  kind: Extract<RoomKind, 'PUBLIC' | 'PRIVATE' | 'DIRECT' | 'SUPPORT'>;
  name: string | null;
  topic: string | null;
  /** In a SUPPORT room, who asks, and who sells what they ask about. */
  people: readonly DemoTalker[];
  lines: readonly DemoLine[];
}

export const DEMO_ROOMS: readonly DemoRoom[] = [
  {
    id: 'room_01kamyd3e0e8ast5n8f1m0q0s1',
    kind: 'PUBLIC',
    name: 'Market square',
    topic: 'Everything that is not about one stall. Be kind.',
    people: ['dara', 'ada', 'bo', 'cleo', 'ida'],
    lines: [
      { from: 'dara', text: 'Good morning, everybody! Stalls open at nine on Saturday.' },
      { from: 'ada', text: 'I am bringing the new ash bowls. Two of them have a cherry rim 🍒' },
      { from: 'cleo', text: 'And I finally have the grey blankets back from the fulling mill.' },
      { from: 'bo', text: 'Is there parking behind the hall, or should I take the train?' },
      { from: 'dara', text: 'Take the train, the hall is closed until spring.', replyTo: 3 },
      { from: 'bo', text: 'Train it is. First tea is on me.' },
      {
        from: 'ida',
        text: 'A reminder: lost things are at the information desk, three umbrellas so far.',
      },
      { from: 'cleo', text: 'One of those is mine. The red one.', replyTo: 6 },
    ],
  },
  {
    id: 'room_01kamyd3e0e8ast5n8f1m0q0s2',
    kind: 'DIRECT',
    name: null,
    topic: null,
    people: ['ada', 'bo'],
    lines: [
      { from: 'bo', text: 'Hi Ada, do your bowls survive hot tea? I mean really hot.' },
      {
        from: 'ada',
        text: 'The glazed ones do. The oiled ones prefer soup that has waited a little.',
      },
      { from: 'bo', text: 'Then I would like a glazed one, around half a litre.' },
      { from: 'ada', text: 'I have one left in that size, with a small knot near the foot.' },
      { from: 'bo', text: 'Knots are welcome. Please keep it for me until Saturday?', replyTo: 3 },
      { from: 'ada', text: 'Kept. I put your name under it.' },
    ],
  },
  {
    id: 'room_01kamyd3e0e8ast5n8f1m0q0s3',
    kind: 'PRIVATE',
    name: 'Stall planning',
    topic: 'Who stands where, and who brings the tables',
    people: ['dara', 'ada', 'cleo'],
    lines: [
      { from: 'dara', text: 'I have eleven tables and twelve of you. Who can share?' },
      { from: 'cleo', text: 'Blankets hang. Half a table is plenty for me.' },
      { from: 'ada', text: 'Then let us share, mine fits on the other half.', replyTo: 1 },
      { from: 'dara', text: 'Settled, and thank you. You two are next to the coffee.' },
    ],
  },
  {
    id: 'room_01kamyd3e0e8ast5n8f1m0q0s4',
    kind: 'SUPPORT',
    name: null,
    topic: null,
    people: ['bo', 'ada'],
    lines: [
      {
        from: 'bo',
        text: 'Does the coffee pot with the walnut handle come for four cups as well?',
      },
      { from: 'ada', text: 'I can have one made. It takes about a week longer.' },
    ],
  },
];
