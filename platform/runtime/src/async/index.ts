export { mapped } from './mapped.ts';
export { type PullSource, pullIterator } from './pull-iterator.ts';
export { STOPPED, stoppable } from './stoppable.ts';
export { within } from './within.ts';
