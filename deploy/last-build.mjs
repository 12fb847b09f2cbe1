// What the last build of a folder was made of: a build of the same files again would write the same again.
import {
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** npm gives all files of packages the same time, so which versions they are of is asked of its own records. */
const ALWAYS = [
  ...['bundle.mjs', 'last-build.mjs'].map((name) => join(ROOT, 'deploy', name)),
  ...['package-lock.json', 'node_modules/.package-lock.json'].map((name) => join(ROOT, name)),
];
/** By these the bundler finds and reads sources in their folder and below, though they are none of its inputs. */
const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.base.json'];
/** In the folder itself; deploy/Dockerfile leaves it out of the image. */
const RECORD = '.made-of.json';

/** Milliseconds for which parts of an earlier build stay: a process or a page that began with it may yet ask for them. */
const LEFT_FOR_MS = 24 * 60 * 60 * 1_000;

/** When a file was written and how long it is, as `make` has it; null for one that is not there. */
function stampOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : null;
}

function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** The last build into a folder; `args` are those of the build, and `own` what it reads besides what the bundler does. */
export function lastBuild(folder, args, own = []) {
  const record = resolve(folder, RECORD);
  const last = readRecord(record);
  const known = new Map();
  const isAsBefore = (file) => known.get(file) === stampOf(file);

  /** To be called before a file is read, so that it is known of one whether it was written since. */
  const look = (file) => {
    if (known.has(file)) return;
    known.set(file, stampOf(file));
    if (!file.includes(`${sep}node_modules${sep}`)) lookAtSettings(dirname(file));
  };
  const lookAtSettings = (of) => {
    if (known.has(join(of, SETTINGS[0]))) return;
    for (const name of SETTINGS) known.set(join(of, name), stampOf(join(of, name)));
    if (dirname(of) !== of) lookAtSettings(dirname(of));
  };
  for (const file of [...ALWAYS, ...own]) look(file);

  return {
    isCurrent() {
      if (last === null) return false;
      // A copy of the folder elsewhere has addresses of where it was made, and names of packages are those that a Node finds.
      const isSame =
        last.record === record &&
        last.node === process.version &&
        last.args.join('\0') === args.join('\0');
      return isSame && Object.entries(last.files).every(([file, stamp]) => stampOf(file) === stamp);
    },
    /**
     * Removes the parts in the folder that this build has not made, once no build has made them for a day. When a part was
     * last needed is told by its time, which is set when the first build comes that does not make it.
     */
    leaveOthers(made, isPart = () => true) {
      const now = new Date();
      for (const name of readdirSync(folder)) {
        // Those with a dot are the record, and what another build is just writing.
        if (name.startsWith('.') || made.includes(name) || !isPart(name)) continue;
        const part = resolve(folder, name);
        // Another process may build the same, and be faster.
        const found = statSync(part, { throwIfNoEntry: false });
        if (!found) continue;
        if (last !== null && part in last.files) utimesSync(part, now, now);
        else if (found.mtimeMs < now.getTime() - LEFT_FOR_MS) rmSync(part, { force: true });
      }
    },
    /** To be the first of the bundler's plugins. */
    looking: {
      name: 'looking',
      setup(build) {
        build.onLoad({ filter: /./ }, ({ path }) => {
          look(path);
          return undefined;
        });
      },
    },
    /** `inputs` as the bundler names them from a folder, with a namespace before those that a plugin has read. */
    remember(from, inputs, outputs) {
      for (const input of inputs) look(resolve(from, input.replace(/^[a-z-]{2,}:/, '')));
      // What was written meanwhile may have been read before.
      if (![...known.keys()].every(isAsBefore)) return;
      for (const output of outputs) known.set(resolve(folder, output), null);
      const made = Object.fromEntries([...known.keys()].map((file) => [file, stampOf(file)]));
      const unfinished = `${record}.${process.pid}`;
      writeFileSync(
        unfinished,
        JSON.stringify({ record, node: process.version, args, files: made }),
      );
      renameSync(unfinished, record);
    },
  };
}
