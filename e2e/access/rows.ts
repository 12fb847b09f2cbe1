import { readFileSync } from 'node:fs';
import { SUBGRAPHS } from '@souk/runtime/events';
import { parse } from 'yaml';
import { CALLERS, type Caller, isCaller } from './callers.ts';

/** The answer to an operation: `seen`, `nothing`, `done`, `open`, or the code of the refusal. */
export type Outcome = string;

/** A root field, the operation that asks for it, and what each caller is answered. */
export interface RootRow {
  readonly field: string;
  readonly ask: string;
  /** Asked by the owner until there is an answer to a subscription that says nothing by itself. */
  readonly nudge: string | undefined;
  readonly answers: Readonly<Record<Caller, Outcome>>;
}

/** The fields of a type that one file answers for, and who sees each of one thing of it. */
export interface TypeRows {
  readonly type: string;
  /** The word of the thing, such as `order`; null when the market has none, and the row says why. */
  readonly as: string | null;
  readonly args: Readonly<Record<string, string>>;
  readonly seenBy: ReadonlyMap<string, ReadonlySet<Caller>>;
  /** Fields in which the market has nothing for anybody, so that nothing tells the callers apart. */
  readonly empty: ReadonlySet<string>;
}

export interface AccessFile {
  readonly name: string;
  /** The scope of the API key that asks for what this file holds: not one that lets it in. */
  readonly key: string;
  readonly types: readonly TypeRows[];
  /** Types without an id, which are seen by whoever sees the field that leads to them. */
  readonly parts: ReadonlySet<string>;
  readonly Query: readonly RootRow[];
  readonly Mutation: readonly RootRow[];
  readonly Subscription: readonly RootRow[];
}

type Texts = Record<string, string>;
interface Written {
  key: string;
  types?: Record<string, Texts & { args?: Texts }>;
  parts?: string;
  Query?: Record<string, Texts>;
  Mutation?: Record<string, Texts>;
  Subscription?: Record<string, Texts>;
}

/** If no row says otherwise, everybody is refused: a missing row never lets anybody in. */
const REFUSED: Record<'Query' | 'Mutation' | 'Subscription', Partial<Record<Caller, Outcome>>> = {
  Query: { key: 'API_KEY_SCOPE_MISSING' },
  Mutation: {
    anonymous: 'UNAUTHENTICATED',
    key: 'API_KEY_SCOPE_MISSING',
    suspended: 'ACCOUNT_SUSPENDED',
  },
  Subscription: { anonymous: 'UNAUTHENTICATED', key: 'API_KEY_SCOPE_MISSING' },
};

const without = (...those: Caller[]) => CALLERS.filter((caller) => !those.includes(caller));

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter(Boolean);

/**
 * The callers that a list of them names: `people` are all who are signed in, `active` those of them who are
 * not suspended, `public` are people and whoever is not signed in, `everybody` are programs too. `rest`, in a
 * row of a root field, are those whom neither this row nor a default names.
 */
function callersIn(text: string): Caller[] {
  return words(text).flatMap((word): readonly Caller[] => {
    if (word === 'everybody') return CALLERS;
    if (word === 'public') return without('key');
    if (word === 'people') return without('key', 'anonymous');
    if (word === 'active') return without('key', 'anonymous', 'suspended');
    if (word === 'nobody' || word === 'rest') return [];
    if (!isCaller(word)) throw new Error(`"${word}" is no caller: ${CALLERS.join(', ')}.`);
    return [word];
  });
}

function rootRow(kind: keyof typeof REFUSED, field: string, written: Texts): RootRow {
  const { ask, nudge, ...outcomes } = written;
  if (ask === undefined) throw new Error(`${field} has nothing to ask.`);
  const answers: Partial<Record<Caller, Outcome>> = { ...REFUSED[kind] };
  const named = new Set<Caller>();
  let rest: Outcome | undefined;
  for (const [outcome, callers] of Object.entries(outcomes)) {
    if (words(callers).includes('rest')) rest = outcome;
    for (const caller of callersIn(callers)) {
      if (named.has(caller)) throw new Error(`${field} has two answers for ${caller}.`);
      named.add(caller);
      answers[caller] = outcome;
    }
  }
  for (const caller of CALLERS) {
    answers[caller] ??= rest;
    if (answers[caller] === undefined) throw new Error(`${field} has no answer for ${caller}.`);
  }
  return { field, ask, nudge, answers: answers as Record<Caller, Outcome> };
}

function typeRows(type: string, written: Texts & { args?: Texts }): TypeRows {
  const { as = null, because, args = {}, empty, ...audiences } = written;
  if ((as === null) === (because === undefined)) {
    throw new Error(`${type} needs either "as", or "because" with the reason.`);
  }
  const seenBy = new Map<string, ReadonlySet<Caller>>();
  for (const [audience, fields] of Object.entries(audiences)) {
    for (const field of words(fields)) {
      if (seenBy.has(field)) throw new Error(`${type}.${field} stands in two rows.`);
      seenBy.set(field, new Set(callersIn(audience)));
    }
  }
  return { type, as, args, seenBy, empty: new Set(words(empty)) };
}

function readAccessFile(name: string, path: string): AccessFile {
  const text = readFileSync(new URL(`../../${path}/access.yaml`, import.meta.url), 'utf8');
  const written = parse(text) as Written;
  const roots = (kind: keyof typeof REFUSED) =>
    Object.entries(written[kind] ?? {}).map(([field, row]) => rootRow(kind, field, row));
  return {
    name,
    key: written.key,
    types: Object.entries(written.types ?? {}).map(([of, rows]) =>
      // `Report decided` is a report as well, another one.
      typeRows(of.split(' ')[0] ?? of, rows),
    ),
    parts: new Set(words(written.parts)),
    Query: roots('Query'),
    Mutation: roots('Mutation'),
    Subscription: roots('Subscription'),
  };
}

/** All rows there are: one file beside each schema. */
export const readAccessFiles = (): AccessFile[] => [
  readAccessFile('gateway', 'gateway'),
  ...SUBGRAPHS.map((name) => readAccessFile(name, `subgraphs/${name}`)),
];
