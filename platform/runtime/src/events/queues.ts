import type { SubgraphName } from './define-event.ts';

/** The queue from which a subgraph's worker takes the events of the others. */
export const eventQueueOf = (consumer: SubgraphName) => `events.${consumer}`;
