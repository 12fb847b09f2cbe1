import type { StreamedItems } from '../../src/run/streamed-items.ts';

/** The naive stream: what is fetched of later items is asked for with the first, which then wait for it. */
export const waitForAllItems = (due: StreamedItems['due']): StreamedItems['due'] =>
  function (this: StreamedItems, step, wave) {
    return due.call(this, step, wave + 1);
  };
