import { linksOf } from '@souk/engine';
import type { DocumentNode } from 'graphql';

/** Specifications with directives that must be enforced and that this gateway does not implement. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  policy: '@policy asks an engine of rules that this gateway does not have',
  context: 'arguments from a context (@context, @fromContext) are not filled in here',
  connect: 'REST connectors (@connect, @source) are not run here',
};

/** Throws, with the reason, when serving the supergraph would mean ignoring something that it requires. */
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
