import type { SubgraphName } from './define-event.ts';

/** The queue from which a subgraph's worker takes the events of the others. */
export const eventQueueOf = (consumer: SubgraphName) => `events.${consumer}`;

/** The queue by which a subgraph learns which of its events were handled. */
export const confirmationQueueOf = (emitter: string) => `confirmed.${emitter}`;

/** The subgraph whose log contains an event: the first word of its name. */
export const emitterOf = (type: string): string => type.split('.', 1)[0] as string;

/** The queue of notifications' mails. */
export const MAIL_QUEUE = 'mail';

/** Every queue that a subgraph's worker takes from, for operators to look through. */
export const queuesOf = (subgraph: SubgraphName): readonly string[] => [
  eventQueueOf(subgraph),
  confirmationQueueOf(subgraph),
  ...(subgraph === 'notifications' ? [MAIL_QUEUE] : []),
];
