/**
 * A stream that had begun cannot continue for now. Its client is disconnected so that it reconnects and
 * continues behind its cursor: client libraries would take an error as the end of the subscription.
 */
export class StreamInterrupted extends Error {
  constructor(options?: ErrorOptions) {
    super('the stream cannot go on right now', options);
    this.name = 'StreamInterrupted';
  }
}
