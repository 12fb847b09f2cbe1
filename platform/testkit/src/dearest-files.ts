import type { Reporter, TestModule } from 'vitest/node';
import type {} from './measure-file.ts';

const SHOWN = 10;

/**
 * Ends a run of many files with those that took most, so that whoever adds tests sees what they add:
 * seconds of the processor, since those of the clock say how busy the machine was.
 */
export default class DearestFiles implements Reporter {
  onTestRunEnd(files: readonly TestModule[]): void {
    if (files.length < 2 * SHOWN) return;
    const took = files
      .map((file) => ({ name: file.relativeModuleId, seconds: file.meta().cpuSeconds ?? 0 }))
      .sort((one, other) => other.seconds - one.seconds);
    const sum = took.reduce((all, { seconds }) => all + seconds, 0);
    const lines = took.slice(0, SHOWN).map(({ name, seconds }) => line(seconds, name));
    console.log(
      ['', 'Seconds of the processor, without databases:', ...lines, line(sum, 'all files')].join(
        '\n',
      ),
    );
  }
}

const line = (seconds: number, what: string) => `${seconds.toFixed(1).padStart(8)}  ${what}`;
