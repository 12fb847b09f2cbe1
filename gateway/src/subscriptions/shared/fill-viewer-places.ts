import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { ownProperty, setOwnProperty } from '../../own-property.ts';
import { placeAlias, type ViewerPlace } from './split-by-viewer.ts';

type Values = Record<string, unknown>;
type Path = readonly (string | number)[];

/** An object of a shared answer whose viewer-specific fields are missing. */
interface Gap {
  readonly object: Values;
  readonly path: Path;
  readonly id: string;
}

/** The ids whose viewer-specific fields an answer needs, as the variables of the personal operation. */
export function idsToAskFor(
  data: unknown,
  places: readonly ViewerPlace[],
): Record<string, string[]> | null {
  const ids = places.map((place) => [...new Set(gapsIn(data, place).map(({ id }) => id))]);
  if (ids.every(({ length }) => length === 0)) return null;
  return Object.fromEntries(
    places.map(({ idsVariable }, index) => [idsVariable, ids[index] ?? []]),
  );
}

/**
 * Fills one viewer's fields into an answer that belongs to that viewer alone, in place; with `personal` null
 * there was nothing to ask for. The placeholders are removed.
 */
export function fillViewerPlaces(
  shared: FormattedExecutionResult,
  personal: FormattedExecutionResult | null,
  places: readonly ViewerPlace[],
): FormattedExecutionResult {
  const errors: GraphQLFormattedError[] = [...(shared.errors ?? [])];
  places.forEach((place, index) => {
    const { idKey } = place;
    const alias = placeAlias(index);
    const nodes = (personal?.data?.[alias] ?? []) as (Values | null)[];
    const found = new Map(nodes.flatMap((node) => (node ? [[String(node[idKey]), node]] : [])));
    const gaps = gapsIn(shared.data, place).map((gap) => {
      const filled = fill(gap.object, found.get(gap.id) ?? {}, place);
      return { ...gap, filled };
    });
    const asked = [...new Set(gaps.map(({ id }) => id))];
    for (const error of personal?.errors ?? []) {
      const [root, at, ...rest] = error.path ?? [];
      if (root !== undefined && root !== alias) continue;
      for (const { filled, path, id } of gaps) {
        if (typeof at === 'number' && asked[at] !== id) continue;
        // An error about the whole object is one about each field that is null because of it.
        const fields = rest.length > 0 ? [rest] : filled.map((key) => [key]);
        for (const field of fields) errors.push({ ...error, path: [...path, ...field] });
      }
    }
  });
  return errors.length > 0 ? { ...shared, errors } : shared;
}

/** Puts each of the viewer's fields in place of its placeholder; returns the keys of those fields. */
function fill(object: Values, own: Values, { idKey, keys }: ViewerPlace): string[] {
  const filled = new Set<string>();
  const members = Object.entries(object);
  for (const [name] of members) delete object[name];
  for (const [name, value] of members) {
    if (name === idKey) continue;
    const key = keys.get(name);
    setOwnProperty(
      object,
      key ?? name,
      key === undefined ? value : (ownProperty(own, key) ?? null),
    );
    if (key !== undefined) filled.add(key);
  }
  return [...filled];
}

function gapsIn(data: unknown, { path, idKey }: ViewerPlace): Gap[] {
  const gaps: Gap[] = [];
  const walk = (value: unknown, depth: number, at: Path): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, depth, [...at, index]);
    } else if (typeof value === 'object' && value !== null) {
      const object = value as Values;
      const key = path[depth];
      if (key !== undefined) walk(ownProperty(object, key), depth + 1, [...at, key]);
      else if (object[idKey] !== undefined) {
        gaps.push({ object, path: at, id: String(object[idKey]) });
      }
    }
  };
  walk(data, 0, []);
  return gaps;
}
