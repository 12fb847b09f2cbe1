import { fromUUIDBytes } from 'typeid-js';
import { type IdPrefix, prefixOf } from './typed-id.ts';

/**
 * Kinds for which knowing the id is the right to use the thing: a guest's cart, a shared order. Such an id is
 * entirely random, and is written to no log and no event.
 */
const CAPABILITIES: ReadonlySet<IdPrefix> = new Set(['crt', 'osn']);

export const newSecretId = (prefix: 'crt' | 'osn'): string =>
  fromUUIDBytes(prefix, crypto.getRandomValues(new Uint8Array(16)));

/** Whether a text is an id that must not be revealed to anybody who does not have it already. */
export function isSecretId(id: string): boolean {
  const prefix = prefixOf(id);
  return prefix !== null && CAPABILITIES.has(prefix);
}
