import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DurationHistogram } from './duration-histogram.ts';

/**
 * The metrics of this process, in Prometheus' text format. Each is defined next to its subject, by the
 * functions below; all are in the table of docs/operations.md, which a test compares with them.
 */
const registry = new Registry();

let isOn = false;

/** Whether metrics are read at all: hot paths count only then. */
export const isMeasuring = (): boolean => isOn;

/** From now on somebody reads metrics. */
export function startMeasuring(): void {
  if (isOn) return;
  isOn = true;
  collectDefaultMetrics({ register: registry });
}

export const METRICS_CONTENT_TYPE = registry.contentType;
export const metricsText = (): Promise<string> => registry.metrics();

type Labels = Readonly<Record<string, string>>;

interface Definition {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface CountMetric {
  add(labels: Labels, count?: number): void;
}

/** How often something happened; its name ends in `_total`. */
export function countMetric({ name, help, labels = [] }: Definition): CountMetric {
  const counter = new Counter({ name, help, labelNames: labels, registers: [registry] });
  return {
    add: (given, count = 1) => {
      if (isOn) counter.inc(given, count);
    },
  };
}

/** Durations under one set of labels. */
export interface Durations {
  /** Takes milliseconds, like everything here; Prometheus gets seconds. */
  observe(milliseconds: number): void;
}

export interface DurationMetric {
  /** To be kept by code that observes often: looking up labels costs more than counting. */
  with(labels: Labels): Durations;
  observe(labels: Labels, milliseconds: number): void;
}

/** How long something took; its name ends in `_seconds`. */
export function durationMetric(definition: Definition): DurationMetric {
  const histogram = new DurationHistogram(definition, registry);
  return {
    with: (labels) => {
      const buckets = histogram.bucketsOf(labels);
      return {
        observe: (milliseconds) => {
          if (isOn) buckets.add(milliseconds);
        },
      };
    },
    observe: (labels, milliseconds) => {
      if (isOn) histogram.bucketsOf(labels).add(milliseconds);
    },
  };
}

/** Reports the current values; values with the same labels are added up. */
export type Reading = (say: (value: number, labels?: Labels) => void) => void | Promise<void>;

export interface StateMetric {
  /** Also asks this one whenever the metric is read; returns a function that stops it. */
  readFrom(reading: Reading): () => void;
}

/** A state at the moment of asking: nothing is counted in between. */
export function stateMetric({ name, help, labels = [] }: Definition): StateMetric {
  const readings = new Set<Reading>();
  new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    async collect() {
      this.reset();
      const say = (value: number, given: Labels = {}) => this.inc(given, value);
      // Something that is away has no state to report; the others are reported all the same.
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

/** A number that is increased directly. */
export interface Tally {
  count: number;
}

/**
 * For events so frequent that even looking up their labels would matter: the counting code keeps its tallies.
 */
export function tallyMetric({ name, help, labels = [] }: Definition): (given: Labels) => Tally {
  const tallies = new Map<string, { labels: Labels; tally: Tally }>();
  new Counter({
    name,
    help,
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

/**
 * Names that may become a label: the first ones up to a maximum, since each adds time series; then `other`.
 */
export function boundedNames(most: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= most) return 'other';
    known.add(name);
    return name;
  };
}
