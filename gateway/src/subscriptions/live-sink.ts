import type { EncodedEvent } from './encoded-event.ts';

/** Where one client's events are written, without waiting. */
export interface LiveSink {
  /** False when too much waits for the client already; then nothing was written. */
  write(event: EncodedEvent): boolean;
  /** Resolves when there is room again, or when there will never be any. */
  room(): Promise<void>;
}
