import { tmpdir } from 'node:os';
import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { startProcessGroup } from './process-group.ts';

const script = (name: string, code: string) => ({
  name,
  cwd: tmpdir(),
  args: ['-e', code],
  env: process.env,
});

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('lines come with their names, and stopping ends also who does not listen, with all it started', async () => {
  const lines: string[] = [];
  const group = startProcessGroup(
    [
      script(
        'polite',
        `process.on('SIGTERM', () => { console.log('bye'); process.exit(); });
         setInterval(() => {}, 1000); console.log('hello')`,
      ),
      script(
        'deaf',
        `process.on('SIGTERM', () => {});
         const { pid } = require('node:child_process').spawn(
           process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
         console.log('deaf ' + process.pid); console.error('child ' + pid)`,
      ),
    ],
    (line) => lines.push(line),
  );
  await until(() => lines.length === 3);
  expect(lines).toContain('polite  hello');
  const pidOf = (word: string) =>
    Number(
      lines
        .find((line) => line.includes(word))
        ?.split(' ')
        .at(-1),
    );
  const pids = [pidOf('  deaf '), pidOf('  child ')];
  expect(pids.every(isAlive)).toBe(true);
  await group.stop(200);
  expect(lines).toContain('polite  bye');
  await until(() => !pids.some(isAlive), { describe: () => `still alive: ${pids}` });
});
