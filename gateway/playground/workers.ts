/** What the workers' files are called in this build, by label. */
declare const WORKER_FILES: Readonly<Record<string, string>>;

/** Monaco asks here for its workers; ours lie beside the page. */
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) =>
      new Worker(`/playground/${WORKER_FILES[label] ?? WORKER_FILES.editor}`),
  },
});
