import { once } from 'node:events';
import { forkProgram } from '@souk/testkit';
import type { OperationLimits } from '../../src/index.ts';
import { testIdentityKey } from './serve-toy.ts';
import { testTokenKeys } from './start-toy.ts';

export interface MeasuredGateway extends AsyncDisposable {
  readonly url: string;
  /** The longest time, in milliseconds, that its event loop was held up while something was done. */
  longestDelayDuring(work: () => Promise<unknown>): Promise<number>;
}

/** Starts a gateway as a process of its own, whose event loop is watched. */
export async function startMeasuredGateway(given: {
  supergraphSdl: string;
  subgraphUrls: Record<string, string>;
  operationLimits?: Partial<OperationLimits> | undefined;
}): Promise<MeasuredGateway> {
  const { child, next } = forkProgram(new URL('./measured-gateway-process.ts', import.meta.url));
  const ask = async (message: object | string) => {
    const answer = next() as Promise<{ url: string; maxMs: number }>;
    child.send(message);
    return answer;
  };
  const keys = { identityKey: await testIdentityKey(), tokenKeys: await testTokenKeys() };
  const { url } = await ask({ start: { ...given, ...keys } });
  return {
    url,
    longestDelayDuring: async (work) => {
      await ask('reset');
      await work();
      return (await ask('read')).maxMs;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
