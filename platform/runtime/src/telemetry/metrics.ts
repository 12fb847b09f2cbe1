import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/**
 * The metrics of this process, in Prometheus' text format. Each is made where its subject lives, by the
 * functions below; all stand in the table of docs/operations.md, which a test holds against them.
 */
const registry = new Registry();

let isOn = false;

/** Whether anybody asks: what is counted on hot paths is counted only then. */
export const isMeasuring = (): boolean => isOn;

/** From now on there is somebody who asks. */
export function startMeasuring(): void {
  if (isOn) return;
  isOn = true;
  collectDefaultMetrics({ register: registry });
}

export const METRICS_CONTENT_TYPE = registry.contentType;
export const metricsText = (): Promise<string> => registry.metrics();

interface Definition {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface CountMetric {
  add(labels: Readonly<Record<string, string>>, count?: number): void;
}

/** What happened so often; its name ends in `_total`. */
export function countMetric({ name, help, labels = [] }: Definition): CountMetric {
  const counter = new Counter({ name, help, labelNames: labels, registers: [registry] });
  return {
    add: (given, count = 1) => {
      if (isOn) counter.inc(given, count);
    },
  };
}

export interface DurationMetric {
  /** Takes milliseconds, as everything here does; Prometheus is told seconds. */
  observe(labels: Readonly<Record<string, string>>, milliseconds: number): void;
}

/** From a millisecond to ten seconds, the longest that anything here is waited for. */
const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long something took; its name ends in `_seconds`. */
export function durationMetric({ name, help, labels = [] }: Definition): DurationMetric {
  const buckets = BUCKETS_SECONDS;
  const histogram = new Histogram({
    ...{ name, help, buckets },
    labelNames: labels,
    registers: [registry],
  });
  return {
    observe: (given, milliseconds) => {
      if (isOn) histogram.observe(given, milliseconds / 1_000);
    },
  };
}

/** Says what there is now; values of the same labels are added up. */
export type Reading = (
  say: (value: number, labels?: Readonly<Record<string, string>>) => void,
) => void | Promise<void>;

export interface StateMetric {
  /** Asks this, too, whenever the metric is read; returns how to stop. */
  readFrom(reading: Reading): () => void;
}

/** How something stands at the moment of asking: nothing is counted in between. */
export function stateMetric({ name, help, labels = [] }: Definition): StateMetric {
  const readings = new Set<Reading>();
  new Gauge({
    ...{ name, help },
    labelNames: labels,
    registers: [registry],
    async collect() {
      this.reset();
      const say = (value: number, given: Readonly<Record<string, string>> = {}) =>
        this.inc(given, value);
      // What is away has no state to tell; the others are told all the same.
      await Promise.allSettled([...readings].map((read) => read(say)));
    },
  });
  return {
    readFrom: (reading) => {
      readings.add(reading);
      return () => void readings.delete(reading);
    },
  };
}

/** A number that is added to by hand. */
export interface Tally {
  count: number;
}

/** What happens so often that even a look-up of its labels would be felt: its tallies are kept by who counts. */
export function tallyMetric({
  name,
  help,
  labels = [],
}: Definition): (given: Readonly<Record<string, string>>) => Tally {
  const tallies = new Map<string, { labels: Readonly<Record<string, string>>; tally: Tally }>();
  new Counter({
    ...{ name, help },
    labelNames: labels,
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, tally } of tallies.values()) this.inc(labels, tally.count);
    },
  });
  return (given) => {
    const key = JSON.stringify(given);
    const known = tallies.get(key) ?? { labels: given, tally: { count: 0 } };
    tallies.set(key, known);
    return known.tally;
  };
}

/** Names that may become a label: the first so many, as each makes rows of its own; then `other`. */
export function boundedNames(most: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= most) return 'other';
    known.add(name);
    return name;
  };
}
