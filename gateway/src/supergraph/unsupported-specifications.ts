import type { DocumentNode } from 'graphql';
import { linksOf } from '../specification-names.ts';

/** Specifications whose directives would have to be obeyed, and which nobody here obeys. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  policy: '@policy asks an engine of rules that this gateway does not have',
  context: 'arguments from a context (@context, @fromContext) are not filled in here',
  connect: 'REST connectors (@connect, @source) are not run here',
};

/** Throws, saying why, where serving the supergraph would mean to overlook what it asks for. */
export function assertSupported(supergraph: DocumentNode): void {
  const reasons = linksOf(supergraph).flatMap(({ specification }) =>
    Object.hasOwn(UNSUPPORTED, specification) ? [UNSUPPORTED[specification]] : [],
  );
  if (reasons.length > 0) {
    throw new Error(
      `This gateway cannot serve the supergraph: ${[...new Set(reasons)].join('; ')}.`,
    );
  }
}
