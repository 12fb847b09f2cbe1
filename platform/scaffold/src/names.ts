import { ScaffoldError } from './scaffold-error.ts';

/** What the new subgraph and its entity are called. */
export interface Names {
  /** Of the subgraph, in the plural: `wishlists`. */
  readonly subgraph: string;
  /** Of one of them: `wishlist`. */
  readonly entity: string;
  /** Its ids begin with it: `wis`. */
  readonly prefix: string;
}

/** What is there already, and may not be meant by the new names. */
export interface Taken {
  readonly subgraphs: readonly string[];
  /** Types and root fields that clients see. */
  readonly graph: ReadonlySet<string>;
  /** Prefixes of ids with the type that each one names. */
  readonly prefixes: Readonly<Record<string, string>>;
}

export interface Wanted {
  readonly subgraph: string | undefined;
  readonly entity?: string | undefined;
  readonly prefix?: string | undefined;
}

const NAME = /^[a-z]{3,24}$/;

/** Workspaces, services and databases that are no subgraphs. */
const OF_THE_PLATFORM = [
  ...['embedded', 'engine', 'migrations', 'runtime', 'scaffold', 'testkit'],
  ...['gateway', 'identity', 'local', 'bench', 'mail', 'migrate', 'postgres', 'redis', 'jobs'],
];

/**
 * The names of a new subgraph, once they are good and free.
 *
 * @throws ScaffoldError with every problem
 */
export function checkedNames({ subgraph, ...given }: Wanted, taken: Taken): Names {
  if (subgraph === undefined) {
    throw new ScaffoldError(['Say what it is called: npm run new:subgraph -- wishlists']);
  }
  const problems: string[] = [];
  if (!NAME.test(subgraph)) {
    problems.push(
      `"${subgraph}" cannot be a subgraph's name: it takes 3 to 24 of a-z, in the plural, such as wishlists.`,
    );
  } else if (taken.subgraphs.includes(subgraph)) {
    problems.push(`There is a subgraph "${subgraph}" already; take another name.`);
  } else if (OF_THE_PLATFORM.includes(subgraph)) {
    problems.push(`"${subgraph}" is the name of a part of the platform; take another one.`);
  }
  const entity = given.entity ?? singularOf(subgraph);
  if (!NAME.test(entity) || entity === subgraph || isReserved(entity)) {
    problems.push(
      `Say what one of them is called, in a-z: npm run new:subgraph -- ${subgraph} --entity <word>`,
    );
  }
  const known = Object.entries(taken.prefixes).find(([, type]) => type === pascal(entity));
  const prefix = given.prefix ?? known?.[0] ?? freePrefix(entity, taken.prefixes);
  const named = taken.prefixes[prefix];
  if (!/^[a-z]{3,4}$/.test(prefix)) {
    problems.push('Say what ids begin with, 3 or 4 of a-z: --prefix <letters>');
  } else if (named !== undefined && named !== pascal(entity)) {
    problems.push(
      `Ids of ${named} begin with "${prefix}_"; take other letters: --prefix <letters>`,
    );
  }
  const ofGraph = [pascal(entity), entity, subgraph].filter((name) => taken.graph.has(name));
  if (ofGraph.length > 0 && !taken.subgraphs.includes(subgraph)) {
    problems.push(
      `The graph has ${ofGraph.join(' and ')} already; take another name, or another --entity.`,
    );
  }
  if (problems.length > 0) throw new ScaffoldError(problems);
  return { subgraph, entity, prefix };
}

export const pascal = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function singularOf(plural: string): string {
  if (plural.endsWith('ies')) return `${plural.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh)es$/.test(plural)) return plural.slice(0, -2);
  return plural.replace(/(?<!s)s$/, '');
}

/** The word's first letters, or others of it where those are taken. */
function freePrefix(word: string, taken: Readonly<Record<string, string>>): string {
  const [first = '', ...rest] = word;
  const consonants = first + rest.filter((letter) => !'aeiou'.includes(letter)).join('');
  const candidates = [word.slice(0, 3), consonants.slice(0, 3), word.slice(0, 4)];
  return candidates.find((it) => it.length > 2 && !(it in taken)) ?? word.slice(0, 3);
}

/** True for what JavaScript keeps for itself. */
function isReserved(word: string): boolean {
  try {
    new Function(`"use strict"; const ${word} = 0;`);
    return false;
  } catch {
    return true;
  }
}
