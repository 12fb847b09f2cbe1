import { type DocumentNode, Kind, print, visit } from 'graphql';

const LONGEST = 1_000;

/** What a document asks for, for a log: without its values, which may be somebody's secrets. */
export const outlineOf = (document: DocumentNode): string =>
  print(
    visit(document, {
      StringValue: () => ({ kind: Kind.STRING, value: '' }) as const,
      IntValue: () => ({ kind: Kind.INT, value: '0' }) as const,
      FloatValue: () => ({ kind: Kind.FLOAT, value: '0' }) as const,
    }),
  )
    .replaceAll(/\s+/g, ' ')
    .slice(0, LONGEST);
