import type { OutputField } from '../compile/projection.ts';
import { isPrefix, type ResponsePath } from '../errors.ts';
import type { WithheldReason } from '../operation.ts';
import type { Gap } from './unanswered.ts';

/** Why something is null that no subgraph reported an error for. */
export interface Violation {
  /**
   * What clients must not see may silently become null. Values that the schema does not allow, a null where
   * none is allowed, and withheld fields are reported.
   */
  readonly kind: 'hidden' | 'invalid' | 'null' | 'withheld';
  readonly message: string;
  readonly path: ResponsePath;
  /** For withheld fields. */
  readonly code?: string;
  /** Where a field is missing. */
  readonly gap?: Gap;
}

/** What one pass over the answers finds; a tracing pass finds out where. */
export interface Findings {
  violated: boolean;
  trace: { readonly path: (string | number)[]; readonly violations: Violation[] } | undefined;
}

/** Returns false, as what is reported is written as null. */
export function reportViolation(
  findings: Findings,
  kind: Violation['kind'],
  message: string,
): false {
  findings.violated = true;
  const { trace } = findings;
  trace?.violations.push({ kind, message, path: [...trace.path] });
  return false;
}

export function reportWithheld(
  findings: Findings,
  { name }: Pick<OutputField, 'name'>,
  { code, message }: WithheldReason,
): void {
  findings.violated = true;
  const { trace } = findings;
  trace?.violations.push({ kind: 'withheld', message, code, path: [...trace.path, name] });
}

/** A null that propagates is reported once, where it started. */
export function reportNull(findings: Findings, message: string, gap?: Gap): void {
  findings.violated = true;
  const { trace } = findings;
  if (!trace) return;
  const last = trace.violations.at(-1);
  const isCause =
    (last?.kind === 'null' || last?.kind === 'withheld') && isPrefix(trace.path, last.path);
  if (!isCause) {
    trace.violations.push({ kind: 'null', message, path: [...trace.path], gap });
  }
}
