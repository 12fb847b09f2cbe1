import { DomainError } from '../domain/errors/domain-error.ts';
import { idsIn } from '../domain/ids/ids-in.ts';
import { isSecretId } from '../domain/ids/secret-id.ts';
import type { RequestContext } from '../graphql/request-context.ts';
import { durationMetric } from '../telemetry/metrics.ts';
import { inSpan } from '../telemetry/tracing.ts';

const useCaseDuration = durationMetric({
  name: 'souk_use_case_duration_seconds',
  help: 'Use cases by how they ended: done, the code of an expected failure, or failed',
  labels: ['use_case', 'outcome'],
});

/** On whose behalf a use case runs, and where it is logged. */
export type UseCaseLog = Pick<RequestContext, 'viewer' | 'requestId' | 'logger'>;

/**
 * Runs a use case in a span, measures it, and logs one line at debug: its name, the viewer, its duration and
 * outcome, and the ids it was about. Nothing else of the input is logged, since people may have written it.
 */
export function logUseCase(
  { logger, viewer, requestId }: UseCaseLog,
  useCase: string,
  input: readonly unknown[],
  work: () => unknown,
): unknown {
  const isLogged = logger.isLevelEnabled('debug');
  const startedAt = performance.now();
  const report = (outcome: string, result?: unknown) => {
    useCaseDuration.observe({ use_case: useCase, outcome }, performance.now() - startedAt);
    if (!isLogged) return;
    logger.debug(
      {
        useCase,
        requestId,
        viewerId: viewer?.userId ?? null,
        ids: idsIn([input, result]).filter((id) => !isSecretId(id)),
        outcome,
        ms: Math.round(performance.now() - startedAt),
      },
      'use case',
    );
  };
  const failed = (error: unknown): never => {
    report(error instanceof DomainError ? error.code : 'failed');
    throw error;
  };
  try {
    const result = inSpan(`use case ${useCase}`, work);
    if (!(result instanceof Promise)) {
      report('done', result);
      return result;
    }
    return result.then((value) => {
      report('done', value);
      return value;
    }, failed);
  } catch (error) {
    return failed(error);
  }
}
