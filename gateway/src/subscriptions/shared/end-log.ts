import { type Logger, warnCounted } from '@souk/runtime/process';
import { GraphQLError } from 'graphql';

/**
 * Why a shared stream ended. One outage ends every stream of a subgraph in the same way, and so does what a subgraph
 * refuses, with a code or without: errors for clients are counted. Anything else is a mistake of ours, which is logged
 * each time, with its stack.
 */
export function logEnd(logger: Logger, err: unknown): void {
  if (err instanceof GraphQLError) {
    const { code } = err.extensions;
    warnCounted(logger, 'a shared stream ended', { code, reason: err.message });
  } else {
    logger.warn({ err }, 'a shared stream failed');
  }
}
