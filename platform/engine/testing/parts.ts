import type { GraphQLFormattedError } from 'graphql';
import type {
  Engine,
  ExecutionContext,
  FirstPart,
  LaterParts,
  PartResult,
  PreparedOperation,
  StreamedResult,
} from '../src/index.ts';

/** An answer in parts as it came. */
export interface ReceivedParts {
  readonly first: FirstPart;
  readonly batches: readonly LaterParts[];
}

/** Runs an operation and takes all parts of its answer. */
export const inParts = (
  engine: Engine,
  prepared: PreparedOperation,
  variables: Record<string, unknown> = {},
  context: ExecutionContext = { requestId: 'test' },
): Promise<ReceivedParts> =>
  new Promise((resolve) => {
    const received: { first?: FirstPart; batches: LaterParts[] } = { batches: [] };
    const end = (): void => resolve(received as ReceivedParts);
    engine.answerInParts(prepared, variables, context, {
      first: (part) => {
        received.first = part;
        if (part.pending.length === 0) end();
      },
      later: (batch) => {
        received.batches.push(batch);
        if (batch.isLast) end();
      },
    });
  });

/** Of a deferred fragment. */
export const dataOf = (result: PartResult | undefined): string | null | undefined =>
  result?.kind === 'fragment' ? result.data : undefined;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface MergedParts {
  readonly data: Json;
  readonly errors: readonly GraphQLFormattedError[];
}

/** Puts the parts together as clients do; throws on a part that was not announced, or comes twice. */
export function merged({ first, batches }: ReceivedParts): MergedParts {
  const { data, errors = [] } = JSON.parse(first.body) as { data: Json; errors?: [] };
  const all: GraphQLFormattedError[] = [...errors];
  const pending = new Set(first.pending.map(({ id }) => id));
  for (const { pending: announced, results, isLast } of batches) {
    for (const { id } of announced) pending.add(id);
    for (const result of results) {
      if (!pending.delete(result.id)) throw new Error(`Nobody waits for part ${result.id}.`);
      all.push(...result.errors, ...(result.kind === 'items' ? result.failure : []));
      add(data, result);
    }
    if (isLast !== (pending.size === 0)) throw new Error('The end is not where it is said to be.');
  }
  return { data, errors: all };
}

function add(data: Json, result: PartResult): void {
  const { path } = result;
  let at: Json | undefined = data;
  for (const element of path) at = (at as Record<string, Json>)[element];
  if (typeof at !== 'object' || at === null) throw new Error(`There is nothing at ${path.join()}.`);
  if (result.kind === 'items') addItems(at, result);
  else if (result.data !== null) mergeInto(at, JSON.parse(result.data) as Json);
}

function addItems(list: Json, { items, start, end, path }: StreamedResult): void {
  const added = JSON.parse(items) as Json[];
  if (!Array.isArray(list) || list.length < start || added.length !== end - start) {
    throw new Error(`Items ${start} to ${end} of ${path.join()} do not follow what is there.`);
  }
  for (const [index, item] of added.entries()) {
    const known = list[start + index];
    if (isObject(known) && isObject(item)) mergeInto(known, item);
    else list[start + index] = item;
  }
}

function mergeInto(target: Json, source: Json): void {
  const into = target as Record<string, Json>;
  for (const [name, value] of Object.entries(source as Record<string, Json>)) {
    const known = into[name];
    if (isObject(known) && isObject(value)) mergeInto(known, value);
    else if (known === undefined || known === null) into[name] = value;
  }
}

const isObject = (value: Json | undefined): value is Json[] | { [name: string]: Json } =>
  typeof value === 'object' && value !== null;
