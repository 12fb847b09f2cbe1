/**
 * A stream that had begun cannot go on for now. Its client is sent away so that it comes back and
 * goes on behind its cursor: an error would be the end of the subscription to client libraries.
 */
export class StreamInterrupted extends Error {
  constructor(options?: ErrorOptions) {
    super('the stream cannot go on right now', options);
    this.name = 'StreamInterrupted';
  }
}
