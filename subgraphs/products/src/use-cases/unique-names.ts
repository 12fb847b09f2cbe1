import { isUniqueViolation } from '@souk/runtime/persistence';

const ATTEMPTS = 3;

/**
 * Runs the work again when somebody else took a unique name at the same moment: the second time, the work
 * sees that it is taken and says which.
 */
export async function retryWhenTaken<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isUniqueViolation(error)) throw error;
    }
  }
}
