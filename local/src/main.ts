import { optionsOrExit, orExplain } from './command-line.ts';
import { progress } from './progress.ts';

// `npm start`: the whole supergraph in this process, on real servers that stop with it. What it is made
// of takes seconds to load on a slow machine, so that comes after everything that can be wrong before.

const options = optionsOrExit('npm start');
const { lockDataFolder } = await import('@souk/embedded');
// First of all: whoever does not hold the data touches nothing of it.
const lock = orExplain(() => lockDataFolder(options.dataDir));
progress('loading the subgraphs and the gateway');
const { runLocally } = await import('./run-locally.ts');
await runLocally(options, lock);
