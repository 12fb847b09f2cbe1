// Writes docs/events.md; with --check only says whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { catalogDocument } from '../platform/runtime/src/events/catalog-document.ts';

const file = new URL('./events.md', import.meta.url);
const document = catalogDocument();
if (!process.argv.includes('--check')) writeFileSync(file, document);
else if (readFileSync(file, 'utf8') !== document) {
  console.error('docs/events.md is stale: run `npm run docs:events`.');
  process.exitCode = 1;
}
