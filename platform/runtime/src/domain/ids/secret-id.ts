import { fromUUIDBytes } from 'typeid-js';
import { type IdPrefix, prefixOf } from './typed-id.ts';

/**
 * Kinds of which knowing the id is the right to use the thing: a guest's cart, what somebody shared of
 * an order. Such an id is random through and through, and is written to no log and no event.
 */
const CAPABILITIES: ReadonlySet<IdPrefix> = new Set(['crt', 'osn']);

export const newSecretId = (prefix: 'crt' | 'osn'): string =>
  fromUUIDBytes(prefix, crypto.getRandomValues(new Uint8Array(16)));

/** Whether a text is an id that nobody must learn who does not have it already. */
export function isSecretId(id: string): boolean {
  const prefix = prefixOf(id);
  return prefix !== null && CAPABILITIES.has(prefix);
}
