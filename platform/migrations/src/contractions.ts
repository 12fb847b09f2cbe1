/** What a statement does that loses rows, fails on filled tables, or breaks what runs meanwhile. */
interface Contraction {
  readonly statement: RegExp;
  /** Of a table that the same script creates it can do no harm; its name is the first group. */
  readonly ofTable?: true;
  readonly warning: string;
}

/** Each in the words of the one that asks for it: processes of the release before still write. */
const CONTRACTIONS: readonly Contraction[] = [
  {
    statement: /\bDROP\s+(?:COLUMN|TABLE|SCHEMA|MATERIALIZED\s+VIEW)\b/i,
    warning: 'loses what is in it',
  },
  { statement: /\bTRUNCATE\b/i, warning: 'loses what is in it' },
  {
    statement: /\bDROP\s+(?:FUNCTION|VIEW|TYPE)\b/i,
    warning: 'breaks what the release before may still use',
  },
  {
    statement: /\bRENAME\s+(?:TO|COLUMN|CONSTRAINT|VALUE)\b/i,
    warning: 'breaks what the release before may still use',
  },
  {
    statement: /\bSET\s+NOT\s+NULL\b/i,
    warning: 'fails where a row has no value, and refuses rows of the release before',
  },
  {
    statement: /\bADD\s+(?:CONSTRAINT\s+\S+\s+)?CHECK\b/i,
    warning: 'fails where a row is otherwise, and refuses rows of the release before',
  },
  {
    statement: /\bADD\s+COLUMN\s+[^,;]*\bNOT\s+NULL\b(?![^,;]*\b(?:DEFAULT|GENERATED)\b)/i,
    warning: 'fails where the table has a row, and refuses rows of the release before',
  },
  {
    statement: /\bALTER\s+COLUMN\s+\S+\s+(?:SET\s+DATA\s+)?TYPE\b/i,
    warning: 'may lose part of each value or fail on one, and rewrites the table under a lock',
  },
  {
    statement: /\bCREATE\s+UNIQUE\s+INDEX\s[^;]*?\bON\s+(?:ONLY\s+)?("?[\w.]+"?)/i,
    ofTable: true,
    warning: 'fails where two rows are alike, and refuses rows of the release before',
  },
  {
    statement:
      /\bALTER\s+TABLE\s+(?:ONLY\s+)?("?[\w.]+"?)\s+ADD\s+(?:CONSTRAINT\s+\S+\s+)?(?:UNIQUE|PRIMARY\s+KEY|FOREIGN\s+KEY|EXCLUDE)\b/i,
    ofTable: true,
    warning: 'fails where rows do not agree with it, and refuses rows of the release before',
  },
];

export interface FoundContraction {
  /** On one line. */
  readonly statement: string;
  readonly warning: string;
}

/** The statements of a migration that processes or rows of the release before may not survive. */
export function contractionsOf(sql: string): FoundContraction[] {
  const code = codeOf(sql);
  const created = createdTables(code);
  return code.split(';').flatMap((text) => {
    const statement = text.replace(/\s+/g, ' ').trim();
    return CONTRACTIONS.flatMap(({ statement: pattern, ofTable, warning }) => {
      const found = pattern.exec(statement);
      return found && !(ofTable && created.has(found[1])) ? [{ statement, warning }] : [];
    }).slice(0, 1);
  });
}

/**
 * The indexes that a migration builds on tables which were there before it. Nobody writes to such a table until
 * the index is built: on a big one that is minutes, so it is built CONCURRENTLY, in a migration of its own.
 */
export function indexesUnderLock(sql: string): string[] {
  const code = codeOf(sql);
  const created = createdTables(code);
  const built = code.matchAll(
    /\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY\b)(?:IF\s+NOT\s+EXISTS\s+)?(?:"?(\w+)"?\s+)??ON\s+(?:ONLY\s+)?("?[\w.]+"?)/gi,
  );
  return [...built].flatMap(([, index, table]) => {
    if (created.has(table)) return [];
    return [index ?? `an index of ${table}`];
  });
}

/**
 * The constraints that a migration validates in the transaction which adds them. The lock that adding takes is held until
 * its end, so nobody reads or writes the table while all its rows are looked at; that is for a migration of its own.
 */
export function validatedUnderLock(sql: string): string[] {
  const code = codeOf(sql);
  const added = [...code.matchAll(/\bADD\s+CONSTRAINT\s+"?(\w+)"?[^;]*?\bNOT\s+VALID\b/gi)];
  const validated = code.matchAll(/\bVALIDATE\s+CONSTRAINT\s+"?(\w+)"?/gi);
  const names = new Set(added.map(([, name]) => name));
  return [...validated].flatMap(([, name]) => (name && names.has(name) ? [name] : []));
}

/** The statements without comments. */
const codeOf = (sql: string): string => sql.replace(/--.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');

const createdTables = (code: string): ReadonlySet<string | undefined> =>
  new Set(
    [...code.matchAll(/\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?("?[\w.]+"?)/gi)].map(
      ([, table]) => table,
    ),
  );

/** What the line `-- contract: why` of a migration says; null without one. */
export const contractReason = (sql: string): string | null =>
  /^-- contract: (\S.*)$/m.exec(sql)?.[1] ?? null;
