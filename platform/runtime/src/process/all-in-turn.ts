/**
 * Runs each work in turn, even when one before it failed.
 *
 * @throws the first failure, when all is done
 */
export async function allInTurn(works: readonly (() => PromiseLike<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const work of works) {
    try {
      await work();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
