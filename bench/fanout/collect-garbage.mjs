// Loaded into a measured server before its own code (`node --expose-gc --import`), so that what it
// keeps can be told from what it has not thrown away yet: a signal collects garbage.
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
});
