// What an operator runs in the image: `docker compose run --rm -T operate <command> …`.
import { fileURLToPath } from 'node:url';

const COMMANDS = {
  events: [
    'platform/runtime/dist/events.js',
    'dead | replay <subgraph> [<id>…]   events that failed for good',
  ],
  migrate: ['platform/migrations/dist/migrate.js', 'make the databases, and bring them up to date'],
  resolve: ['platform/migrations/dist/resolve.js', '<subgraph> <migration> applied|rolled-back'],
  check: ['platform/migrations/dist/check.js', 'compare the databases with the migrations'],
  backup: [
    'platform/migrations/dist/backup.js',
    '> file   all databases, as they are at one moment',
  ],
  restore: ['platform/migrations/dist/restore.js', '[--replace] < file   while nothing else runs'],
};

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : null;
if (!command) {
  const lines = Object.entries(COMMANDS).map(([word, [, usage]]) => `  ${word} ${usage}`);
  console.error(`Commands:\n${lines.join('\n')}`);
  process.exit(1);
}
const file = fileURLToPath(new URL(`../${command[0]}`, import.meta.url));
process.argv = [process.argv[0], file, ...args];
await import(file);
