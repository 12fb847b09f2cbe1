// What the last build of a folder was made of: a build of the same files again would write the same again.
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** npm gives all files of packages the same time, so which versions they are of is asked of its own records. */
const ALWAYS = [
  ...['bundle.mjs', 'last-build.mjs'].map((name) => join(ROOT, 'deploy', name)),
  ...['package-lock.json', 'node_modules/.package-lock.json'].map((name) => join(ROOT, name)),
];
/** In the folder itself; deploy/Dockerfile leaves it out of the image. */
const RECORD = '.made-of.json';

/** When a file was written and how long it is, as `make` has it; null for one that is not there. */
function stampOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : null;
}

/** The last build into a folder; `args` are those of the build. */
export function lastBuild(folder, args) {
  const record = resolve(folder, RECORD);
  const begun = Date.now();
  return {
    isCurrent() {
      try {
        const last = JSON.parse(readFileSync(record, 'utf8'));
        // A copy of the folder elsewhere has addresses of where it was made.
        const isSame = last.record === record && last.args.join('\0') === args.join('\0');
        return (
          isSame && Object.entries(last.files).every(([file, stamp]) => stampOf(file) === stamp)
        );
      } catch {
        return false;
      }
    },
    /** `inputs` as the bundler names them from a folder, with a namespace before those that a plugin has read. */
    remember(from, inputs, outputs) {
      const read = inputs.map((input) => resolve(from, input.replace(/^[a-z-]{2,}:/, '')));
      // What was written meanwhile may have been read before.
      const isOlder = (file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < begun;
      if (!read.every(isOlder)) return;
      const made = outputs.map((output) => resolve(folder, output));
      const files = Object.fromEntries(
        [...ALWAYS, ...read, ...made].map((file) => [file, stampOf(file)]),
      );
      const unfinished = `${record}.${process.pid}`;
      writeFileSync(unfinished, JSON.stringify({ record, args, files }));
      renameSync(unfinished, record);
    },
  };
}
