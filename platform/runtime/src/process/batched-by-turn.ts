import DataLoader from 'dataloader';

/**
 * Asks for many what each asks for itself: all questions of one turn of the event loop together, at most so
 * many at a time. What thousands of clients send is read in few turns. Answers are in the order of the questions.
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
