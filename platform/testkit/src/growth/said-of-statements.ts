import type { Sample } from './reads-of-schema.ts';
import type { SentStatement } from './record-statements.ts';

/** What a sample says that a statement may read besides what it gives. */
export interface Allowed {
  readonly pagesPerRow?: number | undefined;
  readonly pagesPerFound?: number | undefined;
  /** In pages, and in rows that are looked at. */
  readonly bound?: number | undefined;
}

/** What a sample says of statements by a piece of their text, and whether each piece is of one. */
export interface SaidOfStatements {
  allowedTo(statement: SentStatement): Allowed;
  /** In words: pieces that no statement had, and those of a bound that several had. */
  wrong(): string[];
}

/** A statement that is put together from parts is the same with other conditions: by what it reads. */
const readBy = (text: string): string =>
  [...new Set([...text.matchAll(/\b(?:FROM|JOIN)\s+"?([a-z_]+)/g)].map(([, name]) => name))]
    .sort()
    .join(', ');

/**
 * A statement may read more than what it gives where the sample says so, by a piece of its text: a name that it alone has. A
 * bound of several would allow the others as much, and one that is of none hides that what it was for has changed.
 */
export function createSaidOfStatements(sample: Sample): SaidOfStatements {
  const { pagesPerRow = {}, pagesPerFound = {}, boundedPages = {} } = sample;
  const textsWith = new Map<string, Set<string>>();
  for (const said of [pagesPerRow, pagesPerFound, boundedPages])
    for (const piece of Object.keys(said)) textsWith.set(piece, new Set());
  const saidOf = (text: string, said: Readonly<Record<string, number>>) =>
    Object.entries(said).find(([piece]) => text.includes(piece))?.[1];
  return {
    allowedTo: ({ text }) => {
      for (const [piece, texts] of textsWith) if (text.includes(piece)) texts.add(readBy(text));
      return {
        pagesPerRow: saidOf(text, pagesPerRow),
        pagesPerFound: saidOf(text, pagesPerFound),
        bound: saidOf(text, boundedPages),
      };
    },
    wrong: () =>
      [...textsWith].flatMap(([piece, texts]) => {
        const most = sample.variants?.[piece] ?? 1;
        if (texts.size === 0) return `${piece}: no statement has it`;
        // What is allowed for each row grows with nothing else, whoever gives it.
        return piece in boundedPages && texts.size > most
          ? `${piece}: statements that read ${[...texts].join('; and ')} have it`
          : [];
      }),
  };
}
