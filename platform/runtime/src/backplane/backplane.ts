/**
 * The backplane is the one port behind which Redis stands. Code above it cannot tell whether it
 * runs on Redis (many processes) or in this process alone.
 *
 * While Redis is away nothing here waits long: within a second (`subscribe`: two) a call rejects,
 * with a DomainError of category UNAVAILABLE unless it says otherwise below.
 */
export interface Backplane {
  readonly kind: 'redis' | 'in-process';
  readonly pubsub: PubSub;
  readonly presence: PresenceRegistry;
  readonly jobs: JobQueues;
  readonly cache: Cache;
  readonly rateLimit: RateLimit;
  /** Resolves when the backplane answers; rejects with the reason when it does not. */
  ping(): Promise<void>;
  /** Waits for jobs under way as `JobWorker.close` does, then gives everything up. */
  close(): Promise<void>;
}

/** Live and lossy: what nobody listens to is gone. Never the source of truth. */
export interface PubSub {
  /** The payload travels as JSON; listeners get one frozen copy between them, after this call. */
  publish(topic: string, payload: unknown, options?: PublishOptions): Promise<void>;
  /**
   * Resolves once the subscription is active, so nothing published afterwards is missed while the
   * connection lives. Many listeners of one topic share one upstream subscription. What a listener
   * throws is logged; it may unsubscribe itself and others.
   */
  subscribe(topic: string, listener: (payload: unknown) => void): Promise<Unsubscribe>;
  /** Called after the connection was lost and every topic is subscribed again: time to catch up. */
  onResubscribed(listener: () => void): Unsubscribe;
}

export interface PublishOptions {
  /**
   * Who listens in this very process is given it first, without a way over the server, which brings it once more: for
   * listeners that tell repeats apart.
   */
  hereFirst?: boolean;
}

export type Unsubscribe = () => void | Promise<void>;

/**
 * A lease says "this connection of this user is open until then". A user is connected while any
 * lease lives, so a crashed process's users go away by themselves.
 */
export interface PresenceRegistry {
  /**
   * Takes or renews a lease; fractions of seconds count. Resolves to true when it is the user's
   * first living one, which it is again where the earlier ones have lapsed.
   */
  renew(lease: PresenceLease, ttlSeconds: number): Promise<boolean>;
  /** Gives a lease up. Resolves to true when it was the user's last living one. */
  release(lease: PresenceLease): Promise<boolean>;
  /** The users among these that hold a living lease, with their newest activity. */
  connected(userIds: readonly string[]): Promise<Map<string, ConnectedUser>>;
  /**
   * Removes expired leases; resolves to the users whose last one just expired, each given once
   * however many processes ask. A user who came back before anybody asked is not among them.
   */
  expire(): Promise<string[]>;
}

export interface PresenceLease {
  userId: string;
  connectionId: string;
  /** The last moment the person did something, not merely stayed connected. */
  activeAt?: Date;
}

export interface ConnectedUser {
  connections: number;
  lastActiveAt: Date | null;
}

/** Durable work, at least once. BullMQ on Redis, or BullMQ on its PostgreSQL backend. */
export interface JobQueues {
  /**
   * Adds jobs; a job whose id is already known to the queue is not added again. Known are those
   * waiting, at work, dead, and of the handled ones the last 10,000 within a day. When it rejects,
   * some may have been added: add them all again. An accepted job survives whatever its database
   * survives (Redis: needs `appendfsync always`; with `everysec` a crash may lose the last second).
   */
  add(queue: string, jobs: readonly Job[]): Promise<void>;
  /**
   * Starts handling; a handler that throws is tried again with backoff, then the job is dead. One
   * that throws because something is unavailable (see `isUnavailable`) is tried until it comes back,
   * and that uses up no attempt; of limits of time that ran out, every fourth does. A job whose process was killed starts again elsewhere some six
   * seconds later.
   */
  work(queue: string, handler: JobHandler, options?: WorkOptions): JobWorker;
  /** Jobs that used up their attempts, newest first. */
  dead(queue: string, limit: number): Promise<DeadJob[]>;
  /**
   * Puts dead jobs back to work, with all their attempts; every one of the queue when no ids are
   * given. Resolves to how many.
   */
  replay(queue: string, jobIds?: readonly string[]): Promise<number>;
  /** How many jobs used up their attempts. */
  deadCount(queue: string): Promise<number>;
  /** Jobs waiting, delayed or active. */
  backlog(queue: string): Promise<number>;
}

export interface Job {
  /** Letters, digits, `.`, `_` and `-`, not digits only; the queue drops repeats of it. */
  id: string;
  name: string;
  /** A JSON object. */
  data: unknown;
  /** Milliseconds to wait before the first attempt. */
  delayMs?: number;
  /** Its id is unknown again as soon as it is handled, and may be added anew. */
  forgetOnceDone?: true;
}

export type JobHandler = (job: {
  id: string;
  name: string;
  data: unknown;
  /** 1 for the first start of the job; a replay counts anew. */
  attempt: number;
  /** Adds to the line that says that this attempt has failed. */
  addDetails(details: Readonly<Record<string, unknown>>): void;
}) => Promise<void>;

export interface WorkOptions {
  /** Jobs handled at the same time by this worker; 1 by default. */
  concurrency?: number;
}

export interface JobWorker {
  /**
   * Takes no more jobs and waits for running handlers, `graceMs` (10 s) at most; what is unfinished
   * then is handed back, for another worker to take at once.
   */
  close(graceMs?: number): Promise<void>;
}

export interface DeadJob {
  id: string;
  name: string;
  data: unknown;
  attempts: number;
  reason: string;
  failedAt: Date;
}

/** A shortcut, never the only copy: while Redis is away `get` finds and `set` keeps nothing. */
export interface Cache {
  get<T>(key: string): Promise<T | undefined>;
  /**
   * The values of several keys as they stand at one moment, in the order of the keys: those have one tag in braces, by which a
   * Redis Cluster keeps them on one node.
   */
  getMany<T>(keys: readonly string[]): Promise<readonly (T | undefined)[]>;
  /** The value travels as JSON. The time to live is above 0; fractions count. */
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Keeps a number where it is above the one that is kept, in one step: of many at once the highest
   * stays, in whichever order they come. While Redis is away nothing is kept.
   */
  raise(key: string, value: number, ttlSeconds: number): Promise<void>;
  /** The number kept by `raise`; 0 where there is none, and while Redis is away. */
  highest(key: string): Promise<number>;
  /** True for the first caller with this key within the time, false for every later one. */
  claimOnce(key: string, ttlSeconds: number): Promise<boolean>;
}

export interface RateLimit {
  /**
   * Takes points (a whole number) from the key's allowance for the window, also when they are
   * refused. Never throws because Redis is away: then each process counts for itself.
   */
  consume(key: string, allowance: Allowance, points?: number): Promise<RateLimitAnswer>;
  /** Points used up in the present window. */
  used(key: string, allowance: Allowance): Promise<number>;
  reset(key: string, allowance: Allowance): Promise<void>;
  /** Gives points of the present window back: what was counted beforehand turned out not to count. */
  giveBack(key: string, allowance: Allowance, points?: number): Promise<void>;
}

export interface Allowance {
  /** Names the rule, e.g. `login.account`; part of the stored key. */
  rule: string;
  points: number;
  /** The window, in whole seconds; it begins with the first use. */
  perSeconds: number;
}

export interface RateLimitAnswer {
  allowed: boolean;
  remaining: number;
  /** 0 when allowed, else whole seconds until the window ends, at least 1. */
  retryAfterSeconds: number;
  /** Milliseconds until the window ends and the allowance is whole again. */
  windowEndsInMs: number;
}
