import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/**
 * Begins with the files that take longest, where a file's size does not tell: short stories of whole
 * processes. What begins last must not keep one core waiting for the other.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`));
      return at < 0 ? LONGEST.length : at;
    };
    const sorted = await super.sort(files);
    // Of one project at a time, as they are configured: a process that runs files of one is not used for another.
    return this.ctx.projects.flatMap((project) =>
      sorted
        .filter((file) => file.project === project)
        .sort((one, other) => place(one) - place(other)),
    );
  }
}

/**
 * From the list that `npm test` ends with, by the clock; of each part of Souk those that stand out. Of the first part
 * those that wait are beside two that take all there is of the processor.
 */
const LONGEST = [
  'e2e/access-matrix.test.ts',
  'e2e/processes.test.ts',
  'platform/runtime/test/poisoned-workers.test.ts',
  'platform/runtime/test/backplane-redis-outage.test.ts',
  'platform/runtime/test/backplane-redis-cluster.test.ts',
  'platform/runtime/test/backplane-redis.test.ts',
  'platform/runtime/test/backplane-in-process.test.ts',
  'e2e/playground-story.test.ts',
  'e2e/npm-start.test.ts',
  'platform/scaffold/test/new-subgraph.test.ts',
  'e2e/dev.test.ts',
  'e2e/order-saga.test.ts',
  'e2e/cut-connections.test.ts',
  'e2e/lost-queue.test.ts',
  'subgraphs/products/test/growth.test.ts',
  'subgraphs/chat/test/growth.test.ts',
  'gateway/test/hostile/rates.test.ts',
  'gateway/test/viewer-batches.test.ts',
  'platform/testkit/test/failures-in-unions.test.ts',
  'platform/engine/src/compile/planner.test.ts',
  'platform/engine/test/differential/differential.test.ts',
];
