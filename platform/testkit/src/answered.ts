import { AnswerError, insist } from './insist.ts';

/** What a gateway or a subgraph gives for an operation, whoever asked it and however. */
export interface GivenAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads out of an answer is its own affair.
  readonly data?: any;
  readonly errors?: readonly unknown[] | undefined;
}

/**
 * Asks as a client does, and again for as long as it is told to. Gives `data`, of which nothing is
 * missing; throws what the errors say where there are any.
 */
export const answered = (ask: () => Promise<GivenAnswer>): Promise<GivenAnswer['data']> =>
  insist(async () => {
    const answer = await ask();
    const { data, errors } = answer;
    if (errors !== undefined || data === null || data === undefined) throw new AnswerError(answer);
    return data;
  });
