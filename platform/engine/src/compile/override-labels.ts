import { type DocumentNode, visit } from 'graphql';
import type { MachineryFields } from './client-names.ts';
import { textArgumentOf } from './given-arguments.ts';

/**
 * Progressive `@override(from:, label:)`: whether a field has moved to its new subgraph is decided for each
 * operation. `percent(25)` is active for a quarter of them, any other label if the configuration says so
 * (https://specs.apollo.dev/federation/v2.7).
 */
export interface OverrideLabels {
  /** The labels that affect from where this operation is fetched. */
  in(document: DocumentNode): readonly string[];
  /** The active labels among these; `draw` is a number from 0 to 100, 100 excluded. */
  holding(labels: readonly string[], draw: number): readonly string[];
}

const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

export function overrideLabelsOf(
  supergraph: DocumentNode,
  enabled: readonly string[],
  /** What is fetched although the client did not request it. */
  machinery: MachineryFields,
): OverrideLabels {
  const byField = new Map<string, Set<string>>();
  visit(supergraph, {
    FieldDefinition: ({ name, directives }) => {
      for (const directive of directives ?? []) {
        const label = textArgumentOf(directive, 'overrideLabel');
        if (label === undefined) continue;
        const labels = byField.get(name.value) ?? new Set();
        byField.set(name.value, labels.add(label));
      }
    },
  });
  const holds = (label: string, draw: number): boolean => {
    const percent = PERCENT.exec(label)?.[1];
    return percent === undefined ? enabled.includes(label) : draw < Number(percent);
  };
  return {
    in: (document) => {
      if (byField.size === 0) return [];
      const fields = new Set(machinery);
      visit(document, { Field: ({ name }) => void fields.add(name.value) });
      const labels = [...byField].flatMap(([field, own]) => (fields.has(field) ? [...own] : []));
      return [...new Set(labels)].sort();
    },
    holding: (labels, draw) => labels.filter((label) => holds(label, draw)),
  };
}
