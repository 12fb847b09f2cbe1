import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';

/** Milliseconds within which lines that say the same are said once. */
const SAID_ONCE_MS = 30_000;

interface LogLine {
  level?: string;
  msg?: string;
  subgraph?: string;
  err?: { message?: string; code?: string };
  reason?: string;
}

export interface TerminalLogOptions {
  /** Takes every line of the log as it is, stacks included. */
  keep: (json: string) => void;
  write?: (line: string) => void;
  now?: () => number;
}

/**
 * The log for the person who ran `npm start`: a line each, without stacks, and what many parts of the
 * one process have to say at the same time (Redis is away, and so all its queues have trouble) said once.
 * All of it goes to a file.
 */
export function createTerminalLog({
  keep,
  write = (line) => void process.stderr.write(line),
  now = Date.now,
}: TerminalLogOptions): Writable {
  const said = new Map<string, number>();
  return new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      keep(String(chunk));
      for (const json of String(chunk).split('\n').filter(Boolean)) {
        const text = sentenceOf(json);
        const last = said.get(text);
        if (last !== undefined && now() - last < SAID_ONCE_MS) continue;
        for (const [other, at] of said) if (now() - at >= SAID_ONCE_MS) said.delete(other);
        said.set(text, now());
        write(`  ${text}\n`);
      }
      done();
    },
  });
}

/** Logs to the terminal and, in full, to `souk.log` of the data folder, which each start begins anew. */
export function terminalLogOf(dataDir: string): Writable {
  const file = createWriteStream(join(dataDir, 'souk.log'), { mode: 0o600 });
  // A full disk must not end the process by way of its log.
  file.on('error', () => {});
  return createTerminalLog({ keep: (json) => void file.write(json) });
}

function sentenceOf(json: string): string {
  let line: LogLine;
  try {
    line = JSON.parse(json);
  } catch {
    return json;
  }
  const where = line.subgraph ? `${line.subgraph}: ` : '';
  const reason = line.err ? (line.err.code ?? firstLine(line.err.message)) : line.reason;
  return `${line.level ?? 'info'}: ${where}${line.msg ?? ''}${reason ? ` (${reason})` : ''}`;
}

const firstLine = (text = '') => text.trim().split('\n')[0] ?? '';
