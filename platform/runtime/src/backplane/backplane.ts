/**
 * The backplane is the one port behind which Redis stands. Code above it cannot tell whether it
 * runs on Redis (many processes) or in this process alone.
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
  close(): Promise<void>;
}

/** Live and lossy: what nobody listens to is gone. Never the source of truth. */
export interface PubSub {
  publish(topic: string, payload: unknown): Promise<void>;
  /**
   * Resolves once the subscription is active, so nothing published afterwards is missed while the
   * connection lives. Many listeners of one topic share one upstream subscription.
   */
  subscribe(topic: string, listener: (payload: unknown) => void): Promise<Unsubscribe>;
  /** Called after the connection was lost and every topic is subscribed again: time to catch up. */
  onResubscribed(listener: () => void): Unsubscribe;
}

export type Unsubscribe = () => void | Promise<void>;

/**
 * A lease says "this connection of this user is open until then". A user is connected while any
 * lease lives, so a crashed process's users go away by themselves.
 */
export interface PresenceRegistry {
  /** Takes or renews a lease. Resolves to true when it is the user's first living one. */
  renew(lease: PresenceLease, ttlSeconds: number): Promise<boolean>;
  /** Gives a lease up. Resolves to true when it was the user's last living one. */
  release(lease: PresenceLease): Promise<boolean>;
  /** The users among these that hold a living lease, with their newest activity. */
  connected(userIds: readonly string[]): Promise<Map<string, ConnectedUser>>;
  /** Removes expired leases; resolves to the users whose last one just expired, each told once. */
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
  /** Adds jobs; a job whose id is already known to the queue is not added again. */
  add(queue: string, jobs: readonly Job[]): Promise<void>;
  /** Starts handling; a handler that throws is tried again with backoff, then the job is dead. */
  work(queue: string, handler: JobHandler, options?: WorkOptions): JobWorker;
  /** Jobs that used up their attempts, newest first. */
  dead(queue: string, limit: number): Promise<DeadJob[]>;
  /** Puts dead jobs back to work; all of the queue when no ids are given. Resolves to how many. */
  replay(queue: string, jobIds?: readonly string[]): Promise<number>;
  /** Jobs waiting, delayed or active. */
  backlog(queue: string): Promise<number>;
}

export interface Job {
  /** Letters, digits, `.`, `_` and `-`, not digits only; the queue drops repeats of it. */
  id: string;
  name: string;
  data: unknown;
  /** Milliseconds to wait before the first attempt. */
  delayMs?: number;
}

export type JobHandler = (job: {
  id: string;
  name: string;
  data: unknown;
  attempt: number;
}) => Promise<void>;

export interface WorkOptions {
  concurrency?: number;
}

export interface JobWorker {
  /** Waits for running handlers, `graceMs` at most, then lets them be picked up elsewhere. */
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

export interface Cache {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** True for the first caller with this key within the time, false for every later one. */
  claimOnce(key: string, ttlSeconds: number): Promise<boolean>;
}

export interface RateLimit {
  /** Takes points from the key's allowance for the window; never throws because Redis is away. */
  consume(key: string, allowance: Allowance, points?: number): Promise<RateLimitAnswer>;
  /** Points used up in the present window. */
  used(key: string, allowance: Allowance): Promise<number>;
  reset(key: string, allowance: Allowance): Promise<void>;
}

export interface Allowance {
  /** Names the rule, e.g. `login.account`; part of the stored key. */
  rule: string;
  points: number;
  perSeconds: number;
}

export interface RateLimitAnswer {
  allowed: boolean;
  remaining: number;
  retryAfterSeconds: number;
}
