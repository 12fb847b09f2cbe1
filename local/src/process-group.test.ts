import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { startProcessGroup } from './process-group.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

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

test('nothing is left when the process that started them is killed', async () => {
  const url = new URL('process-group.ts', import.meta.url).href;
  const code = `const { startProcessGroup } = await import(${JSON.stringify(url)});
    startProcessGroup([{ name: 'kept', cwd: '/', env: process.env, args: ['-e', \`
      const { pid } = require('node:child_process').spawn(
        process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      console.log(process.pid + ' ' + pid); setInterval(() => {}, 1000)\`] }], console.log);`;
  const parent = spawn(process.execPath, ['--import', TSX, '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  parent.stdout.on('data', (text) => {
    said += text;
  });
  const pids = await until(() => /kept {2}(\d+) (\d+)/.exec(said)?.slice(1).map(Number));
  expect(pids.every(isAlive)).toBe(true);
  parent.kill('SIGKILL');
  await until(() => !pids.some(isAlive));
});
