const FILES: Readonly<Record<string, string>> = {
  json: 'json.worker.js',
  graphql: 'graphql.worker.js',
};

/** Monaco asks here for its workers; ours lie beside the page. */
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) =>
      new Worker(`/playground/${FILES[label] ?? 'editor.worker.js'}`),
  },
});
