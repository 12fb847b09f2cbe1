import { type Names, pascal } from './names.ts';
import type { ListedSubgraph } from './places.ts';

/**
 * The template is a working subgraph called `specimens`, of which one is a `specimen`, whose ids begin
 * with `spc_`. What it says in those words, the new subgraph says in its own.
 */
export const TEMPLATE = { port: 4801, workerPort: 4901 };

/** A text of the template, or a path in it, in the words of the new subgraph. */
export function render(
  text: string,
  { subgraph, entity, prefix }: Names,
  { port, workerPort }: Pick<ListedSubgraph, 'port' | 'workerPort'>,
): string {
  const one = /^[aeiou]/.test(entity) ? 'an' : 'a';
  return text
    .replaceAll(/\b(a) (specimen)/gi, (_, article: string, word: string) => {
      return `${article === 'A' ? pascal(one) : one} ${word}`;
    })
    .replaceAll('SPECIMENS', subgraph.toUpperCase())
    .replaceAll('Specimens', pascal(subgraph))
    .replaceAll('specimens', subgraph)
    .replaceAll('Specimen', pascal(entity))
    .replaceAll('specimen', entity)
    .replaceAll(/\bspc(?=_|')/g, prefix)
    .replaceAll(String(TEMPLATE.port), String(port))
    .replaceAll(String(TEMPLATE.workerPort), String(workerPort));
}
