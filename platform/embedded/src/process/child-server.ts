import type { ChildProcess } from 'node:child_process';
import type { ServerChild } from './supervise.ts';

export interface StopSignals {
  /** What asks the server to end in order. */
  readonly ask: NodeJS.Signals;
  /** What it gets when it has not ended by then. */
  readonly insist: NodeJS.Signals;
  readonly withinMs: number;
  /** Called when the server is stopped, so that nothing watches over it any more. */
  readonly onEnd: () => void;
}

export const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/** Resolves when the process has ended or could not be started; taken before anything is awaited. */
export function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
}

/** A started process as what is supervised: how it ends, and how to end it. */
export function childServer(
  child: ChildProcess,
  ended: Promise<string>,
  { ask, insist, withinMs, onEnd }: StopSignals,
): ServerChild {
  void ended.then(onEnd);
  return {
    ended,
    stop: async () => {
      if (hasEnded(child)) return;
      child.ref();
      child.kill(ask);
      const timer = setTimeout(() => child.kill(insist), withinMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
