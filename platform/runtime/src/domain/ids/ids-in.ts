import { prefixOf } from './typed-id.ts';

/** More ids of one piece of work say nothing more; a list may have hundreds. */
const MOST_IDS = 20;

/** Ids of ours anywhere in a value, each once. What is no id is never looked at twice. */
export function idsIn(value: unknown, depth = 4, found = new Set<string>()): string[] {
  if (found.size >= MOST_IDS) return [...found];
  if (typeof value === 'string') {
    if (prefixOf(value)) found.add(value);
  } else if (value !== null && typeof value === 'object' && depth > 0) {
    for (const part of Object.values(value)) idsIn(part, depth - 1, found);
  }
  return [...found].slice(0, MOST_IDS);
}
