import type { Reporter, TestModule } from 'vitest/node';
import { cpuSecondsOfServers } from './cpu-seconds.ts';
import type {} from './measure-file.ts';

const SHOWN = 10;
/** What all files of a run share, by the names of the programs. */
const SERVERS = ['postgres', 'redis-server'];

interface Took {
  readonly name: string;
  readonly processor: number;
  readonly clock: number;
}

/**
 * Ends a run of many files with those that took most, so that whoever adds tests sees what they add: seconds of the
 * processor, since those of the clock say how busy the machine was. Those that were waiting longest are named, too:
 * for a database, or for a timer that a test could set shorter.
 */
export default class DearestFiles implements Reporter {
  onTestRunEnd(files: readonly TestModule[]): void {
    if (files.length < 2 * SHOWN) return;
    const took = files.map((file): Took => {
      const { collectDuration, setupDuration, duration } = file.diagnostic();
      const clock = (collectDuration + setupDuration + duration) / 1_000;
      return { name: file.relativeModuleId, processor: file.meta().cpuSeconds ?? 0, clock };
    });
    const sum = (of: (file: Took) => number) => took.reduce((all, file) => all + of(file), 0);
    const all = {
      name: 'all files',
      processor: sum(({ processor }) => processor),
      clock: sum(({ clock }) => clock),
    };
    const lines = [
      'Seconds of the processor, without servers that all share, and of the clock:',
      ...most(took, ({ processor }) => processor),
      line(all),
      ...SERVERS.map((name) => line({ name, processor: cpuSecondsOfServers(name), clock: 0 })),
      'Waiting longest:',
      ...most(took, ({ processor, clock }) => clock - processor),
    ];
    console.log(`\n${lines.join('\n')}`);
  }
}

const most = (took: readonly Took[], by: (file: Took) => number) =>
  [...took]
    .sort((one, other) => by(other) - by(one))
    .slice(0, SHOWN)
    .map(line);

const line = ({ name, processor, clock }: Took) =>
  `${[processor, clock].map((seconds) => seconds.toFixed(1).padStart(8)).join('')}  ${name}`;
