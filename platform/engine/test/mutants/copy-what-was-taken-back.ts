import { ResponseWriter } from '../../src/run/response-writer.ts';

/**
 * The naive writer: it goes back to where a null began, and forgets that the text it was told to copy from
 * there has changed since.
 */
export class CopiesWhatWasTakenBack extends ResponseWriter {
  readonly #one = {};

  override get stretch(): object {
    return this.#one;
  }
}
