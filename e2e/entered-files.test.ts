import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUBGRAPHS, type SubgraphName } from '@souk/runtime/events';
import { createDatabase, forkProgram } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';
import type { EnteredFile, EnteredFilesSetting } from './entered-files-process.ts';

/**
 * The way of a message is to become shorter, not longer: it was 164 files when it was first counted,
 * 176 when requests were traced, 208 when messages had mentions, threads, drafts and rooms that are
 * closed, 191 when stores were first made when they are asked for, 197 when an answer was written as the
 * bytes that leave, 200 when whoever waits for a lock waited without a connection, 194 when small files went to their one
 * user, 197 when what Prisma's package had done for raw statements and transactions was done here and signatures that
 * were checked were remembered, 194 when a field's checks became the domain's own and a transaction's tools were made
 * when asked for, 195 when lists could be streamed, and 192 when a file of two things had become two in two places, and a POST no
 * longer entered the check of a GET, a shared stream what is for one viewer, and chat the marks of news that it has none of. Four
 * of them are the look-up of the session's row, which a quiet machine finds fresh: 188 there.
 * Lower this when you make it shorter.
 */
const MOST_FILES = 192;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const linesOf = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8').split('\n').length - 1;

/** The files that a warm message enters on its way, as a process of its own finds them. */
async function enteredFiles(): Promise<readonly EnteredFile[]> {
  const databases = await Promise.all(SUBGRAPHS.map((name) => createDatabase(name)));
  const jobs = await createDatabase(null);
  const folder = await mkdtemp(join(tmpdir(), 'souk-entered-'));
  const { child, next } = forkProgram(new URL('./entered-files-process.ts', import.meta.url));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    for (const database of [...databases, jobs]) await database.drop();
    await rm(folder, { recursive: true });
  });
  const urls = SUBGRAPHS.map((name, index) => [name, databases[index]?.url]);
  child.send({
    databaseUrls: Object.fromEntries(urls) as Record<SubgraphName, string>,
    jobsDatabaseUrl: jobs.url,
    folder,
  } satisfies EnteredFilesSetting);
  return (await next()) as EnteredFile[];
}

test(`a warm message enters ${MOST_FILES} files at most on its way to another client`, async () => {
  const files = await enteredFiles();
  // `ENTERED_FILES=1 npx vitest run e2e/entered-files.test.ts` lists them, with what is called in each.
  if (process.env.ENTERED_FILES) {
    const rows = files.map(({ file, functions }) => ({ file, functions, lines: linesOf(file) }));
    const all = rows.reduce((sum, { lines }) => sum + lines, 0);
    console.info(
      rows.map(({ file, lines, functions }) => `${file} ${lines}: ${functions}`).join('\n'),
    );
    console.info(`${files.length} files, ${all} lines`);
  }
  // Each of the places without which no message could come.
  for (const stop of [
    'pipeline/admit',
    'use-cases/send-message',
    'events/event-log',
    'send-queue',
  ]) {
    expect(files.some(({ file }) => file.includes(stop))).toBe(true);
  }
  expect(files.length).toBeLessThanOrEqual(MOST_FILES);
});
