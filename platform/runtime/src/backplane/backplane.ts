/**
 * The backplane is the one interface behind which Redis stands. Code that uses it cannot tell whether it runs
 * on Redis (many processes) or in this process alone.
 *
 * While Redis is away nothing here waits long: within a second (`subscribe`: two) a call rejects, with a
 * DomainError of category UNAVAILABLE unless stated otherwise below.
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
  /** Waits for running jobs as `JobWorker.close` does, then closes everything. */
  close(): Promise<void>;
}

/** Live and lossy: messages without a listener are lost. Never the source of truth. */
export interface PubSub {
  /** The payload is sent as JSON; all listeners get the same frozen copy, after this call. */
  publish(topic: string, payload: unknown, options?: PublishOptions): Promise<void>;
  /**
   * Resolves once the subscription is active, so nothing published afterwards is missed while the connection
   * lasts. Listeners of one topic share one upstream subscription. Errors of a listener are logged; it may
   * unsubscribe itself and others.
   */
  subscribe(topic: string, listener: (payload: unknown) => void): Promise<Unsubscribe>;
  /** Called after the connection was lost and every topic has been subscribed to again: time to catch up. */
  onResubscribed(listener: () => void): Unsubscribe;
}

export interface PublishOptions {
  /**
   * Listeners in this process are given it first, and once more by the server: for listeners that tell repeats apart and
   * need no order, because a later publication of the topic may reach the server before this one.
   */
  hereFirst?: boolean;
}

export type Unsubscribe = () => void | Promise<void>;

/**
 * A lease says "this connection of this user is open until then". A user is connected while any of their
 * leases is valid, so users of a crashed process disappear by themselves.
 */
export interface PresenceRegistry {
  /**
   * Takes or renews a lease; fractions of seconds count. Resolves to true when it is the user's first valid
   * lease, which includes the case that earlier ones have expired.
   */
  renew(lease: PresenceLease, ttlSeconds: number): Promise<boolean>;
  /** Ends a lease. Resolves to true when it was the user's last valid one. */
  release(lease: PresenceLease): Promise<boolean>;
  /** Those of these users who have a valid lease, with their newest activity. */
  connected(userIds: readonly string[]): Promise<Map<string, ConnectedUser>>;
  /**
   * Removes expired leases; resolves to the users whose last one has just expired, each reported once however
   * many processes ask. A user who reconnected before anybody asked is not among them.
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
   * Adds jobs; a job whose id the queue already knows is not added again. It knows waiting, running and dead
   * jobs, and of the handled ones the last 10,000 within a day. When it rejects, some may have been added:
   * add them all again. An accepted job survives whatever its database survives (Redis needs `appendfsync
   * always`; with `everysec` a crash may lose the last second).
   */
  add(queue: string, jobs: readonly Job[]): Promise<void>;
  /**
   * Starts handling jobs. When a handler throws, the job is retried with backoff, and is dead after its last
   * attempt. A job that fails because something is unavailable (see `isUnavailable`) is retried until that is
   * back, which uses up no attempt; of time limits that ran out, every fourth uses up one. A job whose
   * process was killed starts again elsewhere some six seconds later.
   */
  work(queue: string, handler: JobHandler, options?: WorkOptions): JobWorker;
  /** Jobs that have used up their attempts, newest first. */
  dead(queue: string, limit: number): Promise<DeadJob[]>;
  /**
   * Puts dead jobs back to work, with all their attempts; all of the queue's when no ids are given. Resolves
   * to their number.
   */
  replay(queue: string, jobIds?: readonly string[]): Promise<number>;
  /** How many jobs have used up their attempts. */
  deadCount(queue: string): Promise<number>;
  /** Jobs waiting, delayed or active. */
  backlog(queue: string): Promise<number>;
}

export interface Job {
  /** Letters, digits, `.`, `_` and `-`, but not only digits; the queue drops repeated ids. */
  id: string;
  name: string;
  /** A JSON object. */
  data: unknown;
  /** Milliseconds to wait before the first attempt. */
  delayMs?: number;
  /** The queue forgets its id as soon as it is handled, so that it may be added again. */
  forgetOnceDone?: true;
}

export type JobHandler = (job: {
  id: string;
  name: string;
  data: unknown;
  /** 1 for the first attempt; a replay counts from the beginning. */
  attempt: number;
  /** Adds fields to the log line about a failed attempt. */
  addDetails(details: Readonly<Record<string, unknown>>): void;
}) => Promise<void>;

export interface WorkOptions {
  /** Jobs handled at the same time by this worker; 1 by default. */
  concurrency?: number;
}

export interface JobWorker {
  /**
   * Takes no more jobs and waits for running handlers, at most `graceMs` (10 s); jobs that are unfinished
   * then are handed back, for another worker to take at once.
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

/** A shortcut, never the only copy: while Redis is away `get` finds nothing and `set` stores nothing. */
export interface Cache {
  get<T>(key: string): Promise<T | undefined>;
  /**
   * The values of several keys at one moment, in the order of the keys. The keys have one tag in braces, by
   * which a Redis Cluster keeps them on one node.
   */
  getMany<T>(keys: readonly string[]): Promise<readonly (T | undefined)[]>;
  /** The value is stored as JSON. The time to live is above 0; fractions count. */
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Atomically stores a number if it is higher than the stored one: of many writes at once the highest
   * remains, whatever their order. While Redis is away nothing is stored.
   */
  raise(key: string, value: number, ttlSeconds: number): Promise<void>;
  /** The number stored by `raise`; 0 when there is none, and while Redis is away. */
  highest(key: string): Promise<number>;
  /** True for the first caller with this key within the time, false for every later one. */
  claimOnce(key: string, ttlSeconds: number): Promise<boolean>;
}

export interface RateLimit {
  /**
   * Takes points (a whole number) from the key's allowance for the window, also when it is refused. Never
   * throws because Redis is away: then each process counts for itself.
   */
  consume(key: string, allowance: Allowance, points?: number): Promise<RateLimitAnswer>;
  /** Points used up in the current window. */
  used(key: string, allowance: Allowance): Promise<number>;
  reset(key: string, allowance: Allowance): Promise<void>;
  /** Gives points of the current window back: what was counted beforehand turned out not to count. */
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
  /** 0 when allowed, else the whole seconds until the window ends, at least 1. */
  retryAfterSeconds: number;
  /** Milliseconds until the window ends and the allowance is whole again. */
  windowEndsInMs: number;
}
