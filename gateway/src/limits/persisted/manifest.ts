import { isJsonObject } from '@souk/engine';
import { parse } from 'graphql';
import { idOf, isOperationId } from './operation-id.ts';

/** The texts that clients may run, by their ids. */
export type OperationManifest = ReadonlyMap<string, string>;

const APOLLO_FORMAT = 'apollo-persisted-query-manifest';

/**
 * Reads Apollo's manifest (`operations` with `id` and `body`) or a plain object of texts by id, as GraphQL
 * Code Generator's client preset writes it. Throws and says what is wrong where: a safelist that is only half
 * understood is worse than none.
 */
export function parseManifest(json: string): OperationManifest {
  const operations = new Map<string, string>();
  for (const { place, id, text } of entriesOf(parsed(json))) {
    const wrong = (problem: string) => new Error(`${place} ${problem}`);
    if (!isOperationId(id)) throw wrong('has an id that is not a SHA-256 in hexadecimal.');
    if (typeof text !== 'string') throw wrong('has no text.');
    if (idOf(text) !== id) throw wrong('has an id that is not the SHA-256 of its text.');
    try {
      parse(text);
    } catch (error) {
      throw wrong(`is no GraphQL document: ${(error as Error).message}`);
    }
    operations.set(id, text);
  }
  if (operations.size === 0) throw new Error('It lists no operation.');
  return operations;
}

interface Entry {
  readonly place: string;
  readonly id: unknown;
  readonly text: unknown;
}

function entriesOf(manifest: unknown): Entry[] {
  if (!isJsonObject(manifest)) throw new Error('It is not a JSON object.');
  const { format, version, operations } = manifest;
  if (format === undefined) {
    return Object.entries(manifest).map(([id, text]) => ({ place: `"${id}"`, id, text }));
  }
  if (format !== APOLLO_FORMAT || version !== 1) {
    throw new Error(`Its format is neither "${APOLLO_FORMAT}" version 1 nor a map of texts by id.`);
  }
  if (!Array.isArray(operations)) throw new Error('`operations` is not a list.');
  return operations.map((operation: unknown, index) => {
    const { id, body, name } = isJsonObject(operation) ? operation : {};
    return { place: `operations[${index}]${name ? ` (${name})` : ''}`, id, text: body };
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`It is not JSON: ${(error as Error).message}`);
  }
}
