import { prefixOf } from './typed-id.ts';

/** More ids of one piece of work add nothing; a list may have hundreds. */
const MOST_IDS = 20;

/** Our ids anywhere in a value, each once. Other texts are examined only once. */
export function idsIn(value: unknown, depth = 4, found = new Set<string>()): string[] {
  if (found.size >= MOST_IDS) return [...found];
  if (typeof value === 'string') {
    if (prefixOf(value)) found.add(value);
  } else if (value !== null && typeof value === 'object' && depth > 0) {
    for (const part of Object.values(value)) idsIn(part, depth - 1, found);
  }
  return [...found].slice(0, MOST_IDS);
}
