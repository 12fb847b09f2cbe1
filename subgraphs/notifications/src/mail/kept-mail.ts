import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import type { CaughtMail } from './caught-mail.ts';

/** Mails of earlier runs, one JSON object per line, oldest first; none when the file does not exist. */
export async function readKeptMail(file: string): Promise<CaughtMail[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      const mail = JSON.parse(line) as CaughtMail;
      return [{ ...mail, sentAt: new Date(mail.sentAt) }];
    } catch {
      // A line that was cut off by a crash is skipped.
      return [];
    }
  });
}

export const keepMail = (file: string, mail: CaughtMail): Promise<void> =>
  appendFile(file, `${JSON.stringify(mail)}\n`, { mode: 0o600 });

/** Atomically replaces the content of the file by these mails. */
export async function keepOnly(file: string, mails: readonly CaughtMail[]): Promise<void> {
  const text = mails.map((mail) => `${JSON.stringify(mail)}\n`).join('');
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
