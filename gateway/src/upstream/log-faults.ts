import { SubgraphFault } from '@souk/engine';
import { countedWarning, type Logger } from '@souk/runtime/process';
import { BreakerOpen } from './http/http-transport.ts';
import type { BreakerChange } from './http/resilience.ts';

export interface FaultLog {
  failed(fault: { subgraph: string; error: unknown; requestId: string }): void;
  /** A subgraph was left alone for failing, or is back. */
  changed(subgraph: string, change: BreakerChange): void;
}

/** Milliseconds in which the failures of one subgraph are one line. */
const EVERY_MS = 10_000;

/**
 * A subgraph that is away fails every request that needs it, in the same way: the log says so once,
 * and how often. Only what is nobody's outage but somebody's mistake is logged with its stack.
 */
export function createFaultLog(logger: Logger): FaultLog {
  const warnings = new Map<string, ReturnType<typeof countedWarning>>();
  const warningFor = (kind: string) => {
    const warn = warnings.get(kind) ?? countedWarning(logger, 'a subgraph failed', EVERY_MS);
    warnings.set(kind, warn);
    return warn;
  };
  return {
    failed: ({ subgraph, error, requestId }) => {
      // Not even sent: logged when the breaker opened, and how many when it closes.
      if (error instanceof BreakerOpen) return;
      const code = error instanceof SubgraphFault ? error.code : 'SUBGRAPH_ERROR';
      const isOutage = error instanceof SubgraphFault && code !== 'SUBGRAPH_ERROR';
      const what = isOutage ? { reason: error.message } : { err: error };
      warningFor(`${subgraph} ${code}`)({ subgraph, code, ...what, requestId });
    },
    changed: (subgraph, change) => {
      if (change.state === 'open') {
        const { failures } = change;
        logger.warn({ subgraph, failures }, 'a subgraph keeps failing and is left alone');
      } else {
        const { refused, forMs } = change;
        logger.info({ subgraph, refused, forMs }, 'a subgraph that was left alone is back');
      }
    },
  };
}
