import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import type { CaughtMail } from './caught-mail.ts';

/** Mails of earlier runs, one JSON object a line, the oldest first; none where there is no such file. */
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
      // A line that a crash cut short is no mail.
      return [];
    }
  });
}

export const keepMail = (file: string, mail: CaughtMail): Promise<void> =>
  appendFile(file, `${JSON.stringify(mail)}\n`, { mode: 0o600 });

/** Leaves these mails in the file and no others, in one step. */
export async function keepOnly(file: string, mails: readonly CaughtMail[]): Promise<void> {
  const text = mails.map((mail) => `${JSON.stringify(mail)}\n`).join('');
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
