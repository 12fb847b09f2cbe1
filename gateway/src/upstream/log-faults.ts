import { SubgraphFault } from '@souk/engine';
import { countedWarning, type Logger } from '@souk/runtime/process';
import { BreakerOpen } from './http/http-transport.ts';
import type { BreakerChange } from './http/resilience.ts';

export interface FaultLog {
  failed(fault: { subgraph: string; error: unknown; requestId: string }): void;
  /** Requests to a failing subgraph were stopped, or resumed. */
  changed(subgraph: string, change: BreakerChange): void;
}

/** Failures of one subgraph within this many milliseconds are logged as one line. */
const EVERY_MS = 10_000;

/**
 * A subgraph that is down fails every request that needs it, in the same way: the log says so once, with the
 * number of failures. Only an error that is a mistake, and not an outage, is logged with its stack.
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
      // Not even sent: logged when the breaker opened, and counted until it closes.
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
