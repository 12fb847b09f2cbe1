import { type BatchedDocument, compileBatchedDocument } from '../compile/batched-document.ts';
import {
  type CompiledFetch,
  REPRESENTATIONS,
  type RequestText,
} from '../compile/compiled-fetch.ts';
import { writeRepresentation } from '../compile/representation.ts';
import type { Item } from '../compile/shape.ts';
import type { FetchStep } from '../compile/steps.ts';
import { Targets } from './targets.ts';

/** One request to one subgraph, with the instructions for its answer. */
export interface Call {
  readonly subgraph: string;
  readonly fetch: CompiledFetch;
  readonly text: RequestText;
  readonly variablesText: string | undefined;
  readonly parts: readonly CallPart[];
  /** The fetches behind the parts of a batch, to be sent one by one if they fail together; else none. */
  readonly ready: ReadyFetch[];
}

/** One `_entities` field of a call, or all of its data when `alias` is undefined. */
export interface CallPart {
  readonly alias: string | undefined;
  /** How many entities it requests. */
  readonly count: number;
  /** The variable of their representations. */
  readonly variable: string;
  readonly members: CallMember[];
}

/** A fetch that is served by a part, with the Items that it completes. */
export interface CallMember {
  readonly step: FetchStep;
  readonly wave: number;
  readonly targets: Targets;
}

export interface CallFormer {
  readonly variableText: (name: string) => string | undefined;
  /** Batched documents by the fetches they carry, kept with the operation. */
  readonly batchedDocuments: Map<string, BatchedDocument>;
}

/** More combinations than this are not worth keeping; such fetches are sent separately. */
const MOST_BATCHED_DOCUMENTS = 50;

/**
 * Forms the fewest requests that carry the fetches: equal queries become one with the union of their
 * representations, different entity queries to one subgraph for one part of the answer become one with aliases.
 */
export function formCalls(ready: readonly ReadyFetch[], former: CallFormer): Call[] {
  if (ready.length === 1) return [singleCall(mergeEqual(ready), former)];
  const together = new Map<string, Map<string, ReadyFetch[]>>();
  for (const one of ready.toSorted(byPart)) {
    const { subgraph, text } = one.step.fetch;
    // Fetches of the first part are not sent together with later ones, which may take the subgraph longer.
    const key = `${one.wave} ${one.step.part} ${subgraph}`;
    let byQuery = together.get(key);
    if (!byQuery) {
      byQuery = new Map();
      together.set(key, byQuery);
    }
    const equal = byQuery.get(text.query);
    if (equal) equal.push(one);
    else byQuery.set(text.query, [one]);
  }
  const calls: Call[] = [];
  for (const byQuery of together.values()) {
    const batchable: Merged[] = [];
    for (const equal of byQuery.values()) {
      const merged = mergeEqual(equal);
      if (merged.fetch.representation) batchable.push(merged);
      else calls.push(singleCall(merged, former));
    }
    const batch = batchable.length > 1 ? batchedCall(batchable, former) : undefined;
    if (batch) calls.push(batch);
    else for (const merged of batchable) calls.push(singleCall(merged, former));
  }
  return calls;
}

/** What comes first in the answer is sent first, though what is deferred may have been due before it. */
const byPart = (a: ReadyFetch, b: ReadyFetch): number =>
  a.wave - b.wave || a.step.part - b.step.part;

/** Fetches with the same query, and the representations that any of them needs. */
interface Merged {
  readonly fetch: CompiledFetch;
  readonly representations: readonly string[];
  readonly members: CallMember[];
  readonly ready: readonly ReadyFetch[];
}

function mergeEqual(ready: readonly ReadyFetch[]): Merged {
  const first = ready[0] as ReadyFetch;
  const { fetch } = first.step;
  if (ready.length === 1 || !fetch.representation) {
    const members = ready.map(({ step, wave, targets }) => ({ step, wave, targets }));
    return { fetch, representations: first.representations, members, ready };
  }
  const indexes = new Map<string, number>();
  for (const { representations } of ready) {
    for (const text of representations) if (!indexes.has(text)) indexes.set(text, indexes.size);
  }
  const members = ready.map(({ step, wave, representations, targets }) => {
    const places = representations.map((text) => indexes.get(text) as number);
    return { step, wave, targets: targets.placed(places) };
  });
  return { fetch, representations: [...indexes.keys()], members, ready };
}

function singleCall(merged: Merged, former: CallFormer): Call {
  const { fetch, representations, members } = merged;
  const alias = fetch.representation ? '_entities' : undefined;
  const lists = fetch.representation ? [{ name: REPRESENTATIONS, representations }] : [];
  return {
    subgraph: fetch.subgraph,
    fetch,
    text: fetch.text,
    variablesText: variablesText(fetch.variableNames, lists, former),
    parts: [{ alias, count: representations.length, variable: REPRESENTATIONS, members }],
    ready: [],
  };
}

function batchedCall(merged: readonly Merged[], former: CallFormer): Call | undefined {
  const key = merged.map(({ fetch }) => fetch.index).join();
  let document = former.batchedDocuments.get(key);
  if (!document) {
    if (former.batchedDocuments.size >= MOST_BATCHED_DOCUMENTS) return undefined;
    document = compileBatchedDocument(merged.map(({ fetch }) => fetch));
    former.batchedDocuments.set(key, document);
  }
  const { text, variableNames, parts } = document;
  const first = merged[0] as Merged;
  const lists = merged.map(({ representations }, index) => ({
    name: (parts[index] as (typeof parts)[number]).representations,
    representations,
  }));
  return {
    subgraph: first.fetch.subgraph,
    fetch: first.fetch,
    text,
    variablesText: variablesText(variableNames, lists, former),
    parts: merged.map(({ representations, members }, index) => {
      const { alias, representations: variable } = parts[index] as (typeof parts)[number];
      return { alias, count: representations.length, variable, members };
    }),
    ready: merged.flatMap(({ ready }) => ready),
  };
}

/**
 * Returns a function that gives the types of a call's representations. They are not kept while it waits, as only
 * entities that do not exist, or failed, are looked up.
 */
export function requestedTypes({ variablesText = '{}' }: Pick<Call, 'variablesText'>) {
  let variables: Record<string, readonly { __typename?: string }[]> | undefined;
  return ({ variable }: CallPart, index: number): string | undefined => {
    variables ??= JSON.parse(variablesText) as NonNullable<typeof variables>;
    return variables[variable]?.[index]?.__typename;
  };
}

function variablesText(
  names: readonly string[],
  lists: readonly { readonly name: string; readonly representations: readonly string[] }[],
  former: CallFormer,
): string | undefined {
  const members: string[] = [];
  for (const name of names) {
    const text = former.variableText(name);
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  }
  for (const { name, representations } of lists) {
    members.push(`"${name}":[${representations.join(',')}]`);
  }
  return members.length > 0 ? `{${members.join(',')}}` : undefined;
}

/** A fetch that is due, with what it requests and where each answer belongs. */
export interface ReadyFetch {
  readonly step: FetchStep;
  /** The run of the plan that it belongs to: 0, except for later items of streamed lists. */
  readonly wave: number;
  /** Each distinct representation once; empty for a fetch that starts at a root type. */
  readonly representations: readonly string[];
  readonly targets: Targets;
}

/** Undefined when there is nothing to request. */
export function readyFetch(
  step: FetchStep,
  wave: number,
  items: readonly Item[],
): ReadyFetch | undefined {
  const writer = step.fetch.representation;
  if (!writer) {
    return items.length > 0
      ? { step, wave, representations: [], targets: Targets.of(items) }
      : undefined;
  }
  const indexes = new Map<string, number>();
  const representations: string[] = [];
  const targets = new Targets();
  for (const item of items) {
    const representation = writeRepresentation(writer, item);
    if (representation === undefined) continue;
    const index = indexes.get(representation);
    if (index !== undefined) {
      targets.addTo(index, item);
    } else {
      indexes.set(representation, representations.length);
      representations.push(representation);
      targets.add(item);
    }
  }
  return representations.length > 0 ? { step, wave, representations, targets } : undefined;
}
