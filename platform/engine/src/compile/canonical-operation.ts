import {
  type DocumentNode,
  type IntValueNode,
  Kind,
  print,
  type StringValueNode,
  visit,
} from 'graphql';
import { responseName } from './free-names.ts';

/**
 * An operation without the parts that its plan does not depend on: its name, the names that the client gives
 * to fields, and the strings and numbers in arguments. Operations that differ only in these, such as those of
 * a client that writes ids into the text, share one plan.
 */
export interface CanonicalOperation {
  readonly text: string;
  /** Restores what was left out in a plan of the canonical operation, which is JSON, or in a message. */
  restore(text: string): string;
}

/** Occurs in all names and strings of a canonical operation; lengthened if a client uses it as well. */
const MARK = 'souk';
/** Such an integer stands for another: it is within the bounds of Int, and occurs in no plan by itself. */
const FIRST_INTEGER = 1_999_999_000;
const INTEGERS = /1999999\d{3}/g;
const MOST_INTEGERS = 1_000;

/** `document` is one operation with its fragments, in which each response name has one meaning. */
export function canonicalOperation(document: DocumentNode): CanonicalOperation {
  const written = print(document);
  let mark = MARK;
  while (written.includes(mark)) mark += '_';
  const replaced = replaceWithin(mark, written.search(INTEGERS) < 0);
  const canonical = visit(document, {
    OperationDefinition: (node) => (node.name ? { ...node, name: undefined } : undefined),
    // What is addressed to the planner itself, such as the label of a deferred fragment, is kept.
    Directive: () => false,
    VariableDefinition: () => false,
    Field: (node) => {
      const name = responseName(node);
      if (name === node.name.value) return undefined;
      return { ...node, alias: { kind: Kind.NAME, value: replaced.name(name) } as const };
    },
    StringValue: (node) => replaced.text(node),
    IntValue: (node) => replaced.integer(node),
  });
  return { text: print(canonical), restore: replaced.restore };
}

function replaceWithin(mark: string, mayReplaceIntegers: boolean) {
  const names = createNumbers();
  const texts = createNumbers();
  const integers = createNumbers();
  const marked = new RegExp(`${mark}(Name|Text)(\\d+)x`, 'g');
  return {
    name: (name: string) => `${mark}Name${names.of(name)}x`,
    text: ({ value }: StringValueNode): StringValueNode => ({
      kind: Kind.STRING,
      value: `${mark}Text${texts.of(value)}x`,
    }),
    integer: ({ value }: IntValueNode): IntValueNode | undefined => {
      if (!mayReplaceIntegers) return undefined;
      const number = integers.of(value);
      if (number >= MOST_INTEGERS) return undefined;
      return { kind: Kind.INT, value: String(FIRST_INTEGER + number) };
    },
    restore: (text: string) => {
      const renamed = text.replace(marked, (_, kind: string, number: string) =>
        kind === 'Name' ? names.at(number) : withinRequest(texts.at(number)),
      );
      if (!mayReplaceIntegers) return renamed;
      return renamed.replace(INTEGERS, (each) => integers.at(Number(each) - FIRST_INTEGER));
    },
  };
}

/** Numbers values in the order in which they come; equal values get the same number. */
function createNumbers() {
  const known = new Map<string, number>();
  const all: string[] = [];
  return {
    of: (value: string): number => {
      const before = known.get(value);
      if (before !== undefined) return before;
      known.set(value, all.length);
      return all.push(value) - 1;
    },
    at: (number: number | string): string => all[Number(number)] ?? '',
  };
}

/** A string as it occurs in a request, which itself is a string in the JSON of a plan. */
const withinRequest = (value: string): string => {
  const inRequest = JSON.stringify(value).slice(1, -1);
  return JSON.stringify(inRequest).slice(1, -1);
};
