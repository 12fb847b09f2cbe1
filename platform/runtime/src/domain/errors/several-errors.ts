import { DomainError } from './domain-error.ts';

/** Several mistakes of one input, reported at once: looks like the first of them, and contains all. */
export class SeveralErrors extends DomainError {
  readonly all: readonly DomainError[];

  constructor(first: DomainError, ...others: readonly DomainError[]) {
    const { code, category, message, argumentPath, type, data } = first;
    super(code, category, message, { ...(argumentPath ? { path: argumentPath } : {}), type, data });
    this.name = 'SeveralErrors';
    this.all = [first, ...others];
  }
}

/** Every mistake that an error contains. */
export const allOf = (error: DomainError): readonly DomainError[] =>
  error instanceof SeveralErrors ? error.all : [error];

/** Throws what was found, if anything; of two mistakes in one place the first. */
export function throwAll(found: readonly DomainError[]): void {
  const places = new Set<string>();
  const [first, ...others] = found.filter(({ argumentPath }) => {
    const place = JSON.stringify(argumentPath);
    if (argumentPath !== null && places.has(place)) return false;
    return places.add(place);
  });
  if (first) throw others.length > 0 ? new SeveralErrors(first, ...others) : first;
}

/** The mistakes that the work throws; errors that are not expected failures are thrown on. */
export function mistakesOf(work: () => unknown): readonly DomainError[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof DomainError) return allOf(error);
    throw error;
  }
}

/** Whether a rule that throws for forbidden values accepts this one. */
export const isAllowed = (rule: () => unknown): boolean => mistakesOf(rule).length === 0;

/** Every mistake of concurrent works; errors that are not expected failures are thrown on. */
export async function mistakesOfAll(
  works: readonly Promise<unknown>[],
): Promise<readonly DomainError[]> {
  const results = await Promise.allSettled(works);
  return results.flatMap((result) =>
    result.status === 'fulfilled'
      ? []
      : mistakesOf(() => {
          throw result.reason;
        }),
  );
}

/** Checks of whole forms, by mutation: pure functions of the arguments as a resolver gets them. */
export type FormChecks = Readonly<Record<string, (args: never) => unknown>>;

/**
 * Mistakes in a form that can only be found by reading, such as unknown ids, by mutation. They are looked up
 * when the form already has a mistake, including one that the use case found, so that the next attempt is not
 * refused for something that could have been reported now. Each work of a list may throw what it finds.
 */
export type FormLookups = Readonly<
  Record<string, (args: never, context: never) => readonly Promise<unknown>[]>
>;

/**
 * What a refused payload shows besides its errors, by mutation: a change that conflicts with the current
 * state is answered with that state, so that nobody has to request it again.
 */
export type CurrentThings = Readonly<
  Record<string, (args: never, context: never) => Promise<Readonly<Record<string, unknown>>>>
>;

type Checks = Record<string, () => unknown>;
type Checked<All extends Checks> = { [Name in keyof All]: ReturnType<All[Name]> };

/**
 * Runs every check of a form and returns their results; throws all their mistakes together. The checks of a
 * part may be a `checkAll` of their own.
 */
export function checkAll<All extends Checks>(checks: All): Checked<All> {
  const checked: Record<string, unknown> = {};
  const found = Object.entries(checks).flatMap(([name, check]) =>
    mistakesOf(() => {
      checked[name] = check();
    }),
  );
  throwAll(found);
  return checked as Checked<All>;
}

/** Checks every item of a list, and throws the mistakes of all of them together. */
export function checkEach<Item, Result>(
  items: readonly Item[],
  check: (item: Item, index: number) => Result,
): Result[] {
  const checked: Result[] = [];
  throwAll(
    items.flatMap((item, index) =>
      mistakesOf(() => {
        checked.push(check(item, index));
      }),
    ),
  );
  return checked;
}
