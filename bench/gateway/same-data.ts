/** Fails when two answers do not say the same, whatever the order of their members. */
export function assertSameData(name: string, answer: Buffer, reference: Buffer): void {
  const one = canonical(JSON.parse(answer.toString()));
  const other = canonical(JSON.parse(reference.toString()));
  if (one !== other) {
    throw new Error(`${name} answers otherwise:\n${one.slice(0, 500)}\n${other.slice(0, 500)}`);
  }
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
  return `{${members.join()}}`;
}
