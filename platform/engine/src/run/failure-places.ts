import type { GraphQLFormattedError } from 'graphql';
import type { Item } from '../compile/shape.ts';
import type { ResponsePath } from '../errors.ts';
import type { Call, CallMember, CallPart } from './call.ts';
import { firstPlaces, ItemPlaces, renamePath, type SearchedAnswer } from './error-paths.ts';
import type { Failure } from './failures.ts';

/** The places of the response that failures affect; undefined stands for the response as a whole. */
export class FailurePlaces {
  readonly #answer: SearchedAnswer;
  readonly #isWanted: (member: CallMember) => boolean;
  readonly #entities: ItemPlaces;

  /** @param isWanted the fetches whose places are wanted: one call may serve several parts of the answer */
  constructor(
    answer: SearchedAnswer,
    failures: readonly Failure[],
    isWanted: (member: CallMember) => boolean,
  ) {
    this.#answer = answer;
    this.#isWanted = isWanted;
    this.#entities = new ItemPlaces(answer, blamedEntities(failures));
  }

  /** Where the answer of a whole call is missing: its root fields, or the entities it was to complete. */
  ofCall({ parts }: Call): readonly (ResponsePath | undefined)[] {
    const places = parts.flatMap(({ members }) =>
      members.filter(this.#isWanted).flatMap((member) => this.#ofMember(member)),
    );
    return places.length > 0 ? places : [undefined];
  }

  /** Every place of the response that an error's path in the subgraph's answer corresponds to. */
  ofError(error: GraphQLFormattedError, call: Call): readonly (ResponsePath | undefined)[] {
    const path = pathOf(error);
    const whole = call.parts.find(({ alias }) => alias === undefined);
    if (whole) return path.length === 0 ? this.ofCall(call) : this.#below(whole, 0, path);
    const entity = entityAt(path, call);
    return entity ? this.#below(entity.part, entity.index, path.slice(2)) : this.ofCall(call);
  }

  #below(part: CallPart, index: number, below: ResponsePath): ResponsePath[] {
    return part.members.filter(this.#isWanted).flatMap(({ step, targets }) => {
      const rest = renamePath(below, step.fetch, this.#answer.names);
      const places = this.#entities.of(targets.at(index) ?? [], step.fetch.target);
      return places.map((place) => [...place, ...rest]);
    });
  }

  #ofMember({ step: { fetch }, targets }: CallMember): readonly ResponsePath[] {
    const items = firstPlaces(this.#answer, new Set(targets.all()), fetch.target);
    const names = [...fetch.reader.byKey.keys()].filter((name) => name !== '__typename');
    // An entity is missing as a whole, unless only one field of it was requested.
    if (fetch.representation && names.length !== 1) return items;
    return items.flatMap((path) =>
      names.map((name) => [...path, ...renamePath([name], fetch, this.#answer.names)]),
    );
  }
}

const pathOf = ({ path }: GraphQLFormattedError): ResponsePath => (Array.isArray(path) ? path : []);

/** The entity of a call that a path in its answer leads to. */
function entityAt([alias, index]: ResponsePath, { parts }: Call) {
  const part = parts.find((each) => each.alias === alias);
  return part && typeof index === 'number' ? { part, index } : undefined;
}

/** The Items of all entities, and of root fields, that errors are about. */
function blamedEntities(failures: readonly Failure[]): ReadonlySet<Item> {
  const found = new Set<Item>();
  const add = ({ members }: CallPart, index: number): void => {
    for (const { targets } of members) for (const item of targets.at(index) ?? []) found.add(item);
  };
  for (const failure of failures) {
    if (failure.kind === 'fault') continue;
    const { call, errors } = failure;
    const whole = call.parts.find(({ alias }) => alias === undefined);
    if (whole) add(whole, 0);
    for (const error of errors) {
      const entity = entityAt(pathOf(error), call);
      if (entity) add(entity.part, entity.index);
    }
  }
  return found;
}
