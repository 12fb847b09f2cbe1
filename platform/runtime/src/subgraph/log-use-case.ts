import { DomainError } from '../domain/errors/domain-error.ts';
import { prefixOf } from '../domain/ids/typed-id.ts';
import type { RequestContext } from '../graphql/request-context.ts';

/** On whose behalf a use case runs, and where that is logged. */
export type UseCaseLog = Pick<RequestContext, 'viewer' | 'requestId' | 'logger'>;

/** More ids of one use say nothing more; a list may have hundreds. */
const MAX_IDS = 20;

/**
 * Runs a use case, and tells of it in one line at debug: its name, who asked, how long it took, how it
 * ended, and the ids of what it was about. Nothing else of its input, which may be what people wrote.
 */
export function logUseCase(
  { logger, viewer, requestId }: UseCaseLog,
  useCase: string,
  input: readonly unknown[],
  work: () => unknown,
): unknown {
  if (!logger.isLevelEnabled('debug')) return work();
  const startedAt = performance.now();
  const log = (outcome: string, result?: unknown) =>
    logger.debug(
      {
        useCase,
        requestId,
        viewerId: viewer?.userId ?? null,
        ids: idsIn([input, result]),
        outcome,
        ms: Math.round(performance.now() - startedAt),
      },
      'use case',
    );
  const failed = (error: unknown): never => {
    log(error instanceof DomainError ? error.code : 'failed');
    throw error;
  };
  try {
    const result = work();
    if (!(result instanceof Promise)) {
      log('done', result);
      return result;
    }
    return result.then((value) => {
      log('done', value);
      return value;
    }, failed);
  } catch (error) {
    return failed(error);
  }
}

/** Ids of ours anywhere in a value, each once. What is no id is never looked at twice. */
function idsIn(value: unknown, depth = 4, found = new Set<string>()): string[] {
  if (found.size >= MAX_IDS) return [...found];
  if (typeof value === 'string') {
    if (prefixOf(value)) found.add(value);
  } else if (value !== null && typeof value === 'object' && depth > 0) {
    for (const part of Object.values(value)) idsIn(part, depth - 1, found);
  }
  return [...found].slice(0, MAX_IDS);
}
