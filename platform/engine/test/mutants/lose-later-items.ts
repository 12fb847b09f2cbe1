import type { StreamedItems } from '../../src/run/streamed-items.ts';

/** The naive stream: a fetch is done once, for what is there the first time. */
export const loseLaterItems = (due: StreamedItems['due']): StreamedItems['due'] =>
  function (this: StreamedItems, step, wave) {
    return wave === 0 ? due.call(this, step, wave) : [];
  };
