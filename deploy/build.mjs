// Bundles a workspace's processes: `node ../../deploy/build.mjs src/main.ts src/worker.ts` writes
// dist/main.js and dist/worker.js (bundle.mjs).
//
// `--elsewhere=FOLDER` writes there in place of dist, and has each source go by its own address in place of the
// bundle's: for programs that run where their sources are, as `npm start` and those that tests start.
//
// Where nothing has changed since the last build of the same, there is nothing to do (last-build.mjs).
import { bundle } from './bundle.mjs';

await bundle(process.cwd(), process.argv.slice(2));
