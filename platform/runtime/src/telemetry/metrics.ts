import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { DurationHistogram } from './duration-histogram.ts';

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

type Labels = Readonly<Record<string, string>>;

interface Definition {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface CountMetric {
  add(labels: Labels, count?: number): void;
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

/** Durations under one set of labels. */
export interface Durations {
  /** Takes milliseconds, as everything here does; Prometheus gets seconds. */
  observe(milliseconds: number): void;
}

export interface DurationMetric {
  /** What is observed often keeps this: looking labels up costs more than counting does. */
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

/** Says what there is now; values of the same labels are added up. */
export type Reading = (say: (value: number, labels?: Labels) => void) => void | Promise<void>;

export interface StateMetric {
  /** Asks this, too, whenever the metric is read; returns how to stop. */
  readFrom(reading: Reading): () => void;
}

/** How something stands at the moment of asking: nothing is counted in between. */
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
      // What is away has no state to tell; the others are given all the same.
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
