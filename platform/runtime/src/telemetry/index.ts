/** What is told of running work: whose request it is, metrics and traces. */

export { currentWork, inWorkContext, type WorkContext } from './work-context.ts';
