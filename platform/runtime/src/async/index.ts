export { mapped } from './mapped.ts';
export { type PullSource, pullIterator } from './pull-iterator.ts';
export { stoppable } from './stoppable.ts';
export { within } from './within.ts';
