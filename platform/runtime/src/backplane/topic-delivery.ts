import type { Logger } from '../process/logging.ts';
import { inWorkContext } from '../telemetry/work-context.ts';

/**
 * Errors of one listener are logged and keep no message from the next listener. What a listener does is no part of the
 * publisher's work: its statements would be counted to that request, and what it waits for next would retain it.
 */
export const deliverSafely =
  (topic: string, listener: (payload: unknown) => void, logger: Logger) => (payload: unknown) => {
    try {
      inWorkContext({}, () => listener(payload));
    } catch (error) {
      logger.error({ err: error, topic }, 'A listener of a topic failed');
    }
  };
