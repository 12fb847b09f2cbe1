/** Answers that do not have the same data as those in the same place, whatever the order of members. */
export const differences = (
  answers: readonly Buffer[],
  references: readonly Buffer[],
): readonly string[] =>
  answers.flatMap((answer, index) => {
    const one = canonical(dataOf(answer));
    const other = canonical(dataOf(references[index] ?? answer));
    return one === other ? [] : [`${one.slice(0, 500)}\n${other.slice(0, 500)}`];
  });

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

interface Part {
  readonly data?: Json;
  readonly incremental?: readonly { readonly path: (string | number)[]; readonly data: object }[];
}

/** The data of an answer; of one in parts, all of them put together. */
function dataOf(answer: Buffer): Json {
  const text = answer.toString();
  const parts = text.startsWith('{') ? [text] : text.split(/\r?\n--.*/).flatMap(jsonIn);
  const [first = {}, ...later] = parts.map((part) => JSON.parse(part) as Part);
  for (const { path, data } of later.flatMap(({ incremental = [] }) => incremental)) {
    const place = path.reduce(
      (value: unknown, key) => (value as Record<typeof key, unknown>)[key],
      first.data,
    );
    Object.assign(place as object, data);
  }
  return first.data ?? null;
}

const jsonIn = (part: string): string[] => {
  const from = part.indexOf('{');
  return from < 0 ? [] : [part.slice(from)];
};

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join()}}`;
}
