// Runs at the end of `npm ci`, so that the first `npm start` has a playground to serve. Where the
// build tools are not installed (an image with `--omit=dev`) there is nothing to do.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const installed = ['esbuild', 'react', 'monaco-editor/package.json'].every((name) => {
  try {
    return Boolean(require.resolve(name));
  } catch {
    return false;
  }
});
if (installed) {
  await import('./build.mjs').catch((error) => {
    console.warn(`The playground was not built: ${error.message}`);
  });
}
