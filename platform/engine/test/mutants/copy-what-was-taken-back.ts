import { ResponseWriter } from '../../src/run/response-writer.ts';

/**
 * The naive writer: it goes back to where a null began, and forgets that what it is told to copy from
 * there is something else by then.
 */
export class CopiesWhatWasTakenBack extends ResponseWriter {
  readonly #one = {};

  override get stretch(): object {
    return this.#one;
  }
}
