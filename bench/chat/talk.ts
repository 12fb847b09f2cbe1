/** Rooms of a server, each with a number of listeners. */
export interface Talk {
  readonly name: string;
  /** Resolves once the message is kept. */
  say(room: number, text: string): Promise<void>;
  /** One more connects and listens; resolves once nothing that is said there passes them, to how they go. */
  join(room: number): Promise<() => void>;
  /** The processes that it is, by what they are called. */
  processes(): Promise<Readonly<Record<string, readonly number[]>>>;
  stop(): Promise<void>;
}

export interface TalkOptions {
  readonly rooms: number;
  readonly listeners: number;
  /** Called for each message that comes to each listener. */
  hear(text: string): void;
  /** Of those that serve all contenders, by what they are called. */
  shared(): Promise<Readonly<Record<string, readonly number[]>>>;
  readonly folder: string;
  readonly nodeFlags: readonly string[];
  /** Among the contenders, from 0. */
  readonly place: number;
}
