import { type Logger, warnCounted } from '@souk/runtime/process';
import { GraphQLError } from 'graphql';

/**
 * Why a shared stream ended. One outage ends every stream of a subgraph in the same way, so that is counted; only what
 * is a mistake of ours is logged each time, with its stack.
 */
export function logEnd(logger: Logger, err: unknown): void {
  const code = err instanceof GraphQLError ? err.extensions.code : undefined;
  if (code === undefined) logger.warn({ err }, 'a shared stream failed');
  else warnCounted(logger, 'a shared stream ended', { code, reason: (err as Error).message });
}
