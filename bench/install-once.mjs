import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

// The peers are installed when somebody first wants to compare, not with the project.
if (!existsSync(new URL('node_modules', import.meta.url))) {
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}
