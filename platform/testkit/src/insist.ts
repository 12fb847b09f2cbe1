import { until } from './until.ts';

const isAskedToTryAgain = (said: unknown): boolean =>
  /SERVICE_UNAVAILABLE/.test(said instanceof Error ? said.message : JSON.stringify(said ?? null));

/**
 * Takes a step again for as long as the answer, or the error, is SERVICE_UNAVAILABLE, as clients do:
 * in a crowd on a busy machine a transaction may wait too long for its lock.
 */
export const insist = async <Answer>(step: () => Promise<Answer>): Promise<Answer> => {
  const { answer } = await until(async () => {
    try {
      const answer = await step();
      return isAskedToTryAgain(answer) ? null : { answer };
    } catch (error) {
      if (isAskedToTryAgain(error)) return null;
      throw error;
    }
  });
  return answer;
};
