import DataLoader from 'dataloader';

/**
 * Combines the requests of many callers: all requests of one turn of the event loop are sent together, up to
 * a maximum number. What thousands of clients send is read in few turns. Answers are in the order of the
 * requests.
 */
export function batchedByTurn<Question extends {}, Answer>(
  answerAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  { atMost = 500 }: { atMost?: number } = {},
): (question: Question) => Promise<Answer> {
  const loader = new DataLoader<Question, Answer>(answerAll, {
    cache: false,
    maxBatchSize: atMost,
    batchScheduleFn: setImmediate,
  });
  return loader.load.bind(loader);
}
